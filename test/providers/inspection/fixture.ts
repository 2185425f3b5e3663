import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultGates } from "#model/config/gates-schema";
import type { BuildRecord } from "#model/release";
import type { Store } from "#store/store";
import type { Check, Gate } from "#providers/inspection/gate";
import type { Inspection } from "#providers/inspection/inspect";
import { buildRecord, makeStore, release } from "../../store/fixture.ts";

export const id = release(1);
export const gateSet = "0123456789abcdef";
const today = "2026-11-21";

/** A release in a store of a test's own, whose disk is a file system with an os-release and nothing else. */
export interface InspectionFixture {
  readonly dir: string;
  readonly root: string;
  readonly cacheDir: string;
  readonly store: Store;
  readonly build: BuildRecord;
  /** An inspection of it by the given gates. */
  job(gates: readonly Gate[], change?: Partial<Inspection>): Inspection;
  /** What is in the store's staging area. */
  staging(): Promise<string[]>;
  remove(): Promise<void>;
}

export async function makeInspection(): Promise<InspectionFixture> {
  const { dir, root, cacheDir, store, remove } = await makeStore();
  await storeDisk(store, await makeDisk(dir));
  const build = (await store.record(id, "build"))!;
  return {
    dir, root, cacheDir, store, build, remove,
    job: (gates, change) => jobOf(store, build, dir, gates, change),
    staging: () => readdir(join(root, "staging")),
  };
}

export function jobOf(store: Store, build: BuildRecord, dir: string, gates: readonly Gate[], change: Partial<Inspection> = {}): Inspection {
  const seal = { key: join(dir, "signing-key.asc"), createKey: true, trust: [] };
  return { id, gateSet, build, config: defaultGates, waivers: [], today, gates, seal, store, signal: new AbortController().signal, ...change };
}

/** A gate that finds what it is told to, and writes a file. */
export function fakeGate(name: string, checks: readonly Check[], before: () => Promise<void> | void = () => undefined): Gate {
  return {
    name,
    failOn: "low",
    async run({ dir, tree }) {
      await before();
      await writeFile(join(dir, `${name}.log`), (await tree.text("/etc/os-release"))!);
      return { checks, facts: { checks: checks.length }, files: [`${name}.log`] };
    },
  };
}

async function makeDisk(dir: string): Promise<Buffer> {
  const tree = join(dir, "tree");
  await mkdir(join(tree, "etc"), { recursive: true });
  await writeFile(join(tree, "etc", "os-release"), "ID=acme\n");
  const raw = join(dir, "disk.raw");
  const qcow2 = join(dir, "disk.qcow2");
  const path = `${process.env["PATH"]}:/usr/sbin:/sbin`;
  execFileSync("mke2fs", ["-q", "-t", "ext4", "-d", tree, raw, "4M"], { env: { PATH: path } });
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, qcow2]);
  return readFile(qcow2);
}

async function storeDisk(store: Store, disk: Buffer): Promise<void> {
  const staging = await store.stage("test");
  await writeFile(join(staging.dir, "disk.qcow2"), disk);
  await staging.commit(id, "build", ["disk.qcow2"], (artifacts) => ({ ...buildRecord(id, artifacts), logs: [] }));
  await staging.abandon();
}
