import { once } from "node:events";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Artifact, BuildRecord, ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import type { GroupName, Staging, Store } from "#store/store";

export interface Fixture {
  readonly dir: string;
  readonly root: string;
  readonly cacheDir: string;
  readonly store: Store;
  remove(): Promise<void>;
}

/** A store of a test's own, with a cache of its own. */
export async function makeStore(): Promise<Fixture> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-store-"));
  const root = join(dir, "store");
  const cacheDir = join(dir, "cache");
  return { dir, root, cacheDir, store: openStore(root, { cacheDir }), remove: () => rm(dir, { recursive: true, force: true }) };
}

export function release(serial: number, image = "debian-12"): ReleaseId {
  return { image, version: `2026.1101.${serial}` };
}

export function buildRecord(id: ReleaseId, artifacts: Artifact[], key = "ab".repeat(32), more: Partial<BuildRecord> = {}): BuildRecord {
  const disk = artifacts.find(({ name }) => name === "disk.qcow2");
  return {
    schemaVersion: 1,
    ...id,
    artifacts,
    key,
    epoch: "2026-11-01",
    inputs: { "script:web-server": "c".repeat(64) },
    disk: { name: "disk.qcow2", format: "qcow2", sha256: disk?.sha256 ?? "0".repeat(64), bytes: disk?.bytes ?? 0, virtualBytes: 1 << 30 },
    startedAt: "2026-11-02T10:00:00Z",
    finishedAt: "2026-11-02T10:06:00Z",
    steps: [{ name: "boot", seconds: 12.5 }],
    tools: { packer: "1.12.0" },
    accelerator: "kvm",
    logs: ["packer.log"],
    ...more,
  };
}

export async function stageBuild(store: Store, content: string | Buffer = "a disk"): Promise<Staging> {
  const staging = await store.stage("test");
  await writeFile(join(staging.dir, "disk.qcow2"), content);
  await writeFile(join(staging.dir, "packer.log"), "a log\n");
  return staging;
}

export function commitBuild(staging: Staging, id: ReleaseId, key?: string, more?: Partial<BuildRecord>): Promise<"stored" | "lost"> {
  return staging.commit(id, "build", ["disk.qcow2", "packer.log"], (artifacts) => buildRecord(id, artifacts, key, more));
}

export async function storeBuild(store: Store, id: ReleaseId, content?: string | Buffer, more?: Partial<BuildRecord>): Promise<void> {
  await commitBuild(await stageBuild(store, content), id, undefined, more);
}

/** A build that passed its gates. */
export async function storePassing(store: Store, id: ReleaseId, more?: Partial<BuildRecord>): Promise<void> {
  await storeBuild(store, id, `the disk of ${id.image} ${id.version}`, more);
  await storeGroup(store, id, "gates/0123");
}

/** A group of one small file. */
export async function storeGroup(store: Store, id: ReleaseId, group: GroupName, content = "evidence", more: object = {}): Promise<void> {
  const staging = await store.stage(group);
  await writeFile(join(staging.dir, "file"), content);
  await staging.commit(id, group, ["file"], (artifacts) => ({ schemaVersion: 1, ...id, artifacts, ...more }));
}

/** Starts test/store/children/<name>.ts as a process of its own. */
export function startChild(name: string, args: readonly string[]): ChildProcess {
  const script = fileURLToPath(new URL(`./children/${name}.ts`, import.meta.url));
  return spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"], env: { PATH: process.env["PATH"] } });
}

/** What a child printed, once it has ended. */
export async function outputOf(child: ChildProcess): Promise<{ stdout: string; code: number | null }> {
  let stdout = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { stdout: stdout.trim(), code };
}
