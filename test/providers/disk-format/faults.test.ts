import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FormatRecord } from "#model/release";
import { provider } from "#providers/disk-format/provider";
import { writeFormat } from "#providers/disk-format/write-format";
import { signingKey } from "#providers/seal/signing-key";
import { makeDisks, type DiskFixture } from "../shared/disk/disk-fixture.ts";
import { waitFor } from "../../integration/wait-for.ts";
import { outputOf } from "../../store/fixture.ts";
import { makeProject, type Project } from "./project.ts";

let project: Project;
let disks: DiskFixture;
let disk: string;
beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  project = await makeProject();
  disks = await makeDisks();
  disk = await disks.qcow2("disk.qcow2", 20 * mib, [{ at: 3 * mib, length: 200_000, byte: 1 }, { at: 19 * mib, length: mib, byte: 2 }]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await project.remove();
  await disks.remove();
});

const mib = 2 ** 20;
const childProgram = fileURLToPath(new URL("create-child.ts", import.meta.url));
const elsewhere = (format: string, path = process.env["PATH"]): ChildProcess =>
  spawn(process.execPath, [childProgram, JSON.stringify(project.inputs(format))], { env: { ...project.environment, PATH: path }, stdio: ["ignore", "pipe", "inherit"] });
const lastLine = (text: string) => JSON.parse(text.split("\n").at(-1)!) as { sha256: string; peakMiB: number };

const isRoot = process.getuid?.() === 0;

test("an artifact that is not the disk is never stored", async () => {
  await project.addBuild(disk);
  const path = await project.fakeQemuImg(`[ "$1" = convert ] && { "$real" "$@" || exit; printf X | dd of="$last" bs=1 seek=5000 conv=notrunc 2>/dev/null; exit; }`);
  vi.stubEnv("PATH", path);
  await expect(provider.create(project.inputs("raw"))).rejects.toThrow(/what was written is not the disk: Content mismatch at offset \d+/);
  expect(await project.store.groups(project.id)).not.toContain("formats/raw");
  expect(await project.staged()).toEqual([]);
});

test("after a kill in the middle of a conversion nothing half-made can be seen, and the next run converges", { timeout: 60_000 }, async () => {
  await project.addBuild(disk);
  const started = join(project.dir, "started");
  const path = await project.fakeQemuImg(`[ "$1" = convert ] && { printf half > "$last"; echo $$ > ${started}; exec sleep 60; }`);
  const child = elsewhere("qcow2", path);
  const converter = await waitFor(() => pidIn(started), 20_000);
  await expect(project.store.remove(project.id, "nobody holds it")).rejects.toThrow(/in use now: read the disk of .* \(process \d+\)/);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await project.store.groups(project.id)).not.toContain("formats/qcow2");
  expect(await project.store.verify(project.id)).toEqual([]);
  const { stdout, code } = await outputOf(elsewhere("qcow2"));
  expect(code, stdout).toBe(0);
  await waitFor(async () => isGone(converter), 10_000);
  expect(await project.staged()).toEqual([]);
  expect((await project.store.record<FormatRecord>(project.id, "formats/qcow2"))?.artifact.sha256).toBe(lastLine(stdout).sha256);
});

test("killed at whatever moment, a store holds the format whole or not at all", { timeout: 120_000 }, async () => {
  await project.addBuild(disk);
  for (const delay of [300, 400, 500, 600, 700, 850, 1000]) {
    const child = elsewhere("vhdx");
    const closed = once(child, "close"); // it may be done before it is killed
    await sleep(delay);
    child.kill("SIGKILL");
    await closed;
    expect(await project.store.verify(project.id, { deep: true })).toEqual([]);
  }
  const { stdout, code } = await outputOf(elsewhere("vhdx"));
  expect(code, stdout).toBe(0);
  expect(await project.store.verify(project.id, { deep: true })).toEqual([]);
  expect((await readdir(join(project.root, "images/debian-12/2026.1101.1/formats/vhdx"))).length).toBe(5);
});

test("of processes that convert at once one stores and the others adopt", { timeout: 60_000 }, async () => {
  await project.addBuild(disk);
  const results = await Promise.all([1, 2, 3].map(() => outputOf(elsewhere("vhdx"))));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(new Set(results.map(({ stdout }) => lastLine(stdout).sha256)).size).toBe(1);
  expect(await readdir(join(project.root, "images/debian-12/2026.1101.1/formats"))).toEqual(["vhdx"]);
});

test("an interrupt stops the converter, says so, and leaves nothing behind", async () => {
  await project.addBuild(disk);
  const started = join(project.dir, "started");
  vi.stubEnv("PATH", await project.fakeQemuImg(`[ "$1" = convert ] && { printf half > "$last"; echo $$ > ${started}; exec sleep 60; }`));
  const interrupt = new AbortController();
  const build = (await project.store.record(project.id, "build"))!;
  const writing = writeFormat({ id: project.id, build, format: "raw", store: project.store, signal: interrupt.signal, signingKey: (action) => signingKey({ createKey: false, trust: [] }, action) });
  const outcome = expect(writing).rejects.toThrow(/cannot convert debian-12@2026\.1101\.1 to raw \(.*\): interrupted\n.*npm run up/s);
  const converter = await waitFor(() => pidIn(started), 20_000);
  interrupt.abort();
  await outcome;
  await waitFor(async () => isGone(converter), 10_000);
  expect(await project.staged()).toEqual([]);
});

test("without a key to seal with, nothing is converted", async () => {
  await project.addBuild(disk);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", "");
  vi.stubEnv("PATH", await project.fakeQemuImg(`exit 9`));
  await expect(provider.create(project.inputs("raw"))).rejects.toThrow(/IMAGEFLEET_SIGNING_KEY/);
});

test.skipIf(!isRoot || !canMount())("a full disk is said with sizes before anything is written, or ends a conversion cleanly; more room is all it takes (needs root to mount a small tmpfs)", { timeout: 60_000 }, async () => {
  await mkdir(project.root);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", project.root]);
  try {
    await project.addBuild(await disks.qcow2("full.qcow2", 16 * mib, [{ at: 0, length: 8 * mib, byte: 7 }]));
    await expect(provider.create(project.inputs("raw"))).rejects.toThrow(/cannot convert .* to raw .*: [\d.]+ MiB of disk space are free where up to 16 MiB are needed\n.*imagefleet:store/s);
    execFileSync("mount", ["-o", "remount,size=32m", project.root]);
    const greedy = await project.fakeQemuImg(`[ "$1" = convert ] && dd if=/dev/zero of="$(dirname "$last")/greed" bs=1M 2>/dev/null`);
    vi.stubEnv("PATH", greedy);
    await expect(provider.create(project.inputs("raw"))).rejects.toThrow(/no space is left on the device.*\n.*free some disk space/s);
    vi.unstubAllEnvs();
    expect(await project.staged()).toEqual([]);
    expect(await project.store.groups(project.id)).not.toContain("formats/raw");
    await provider.create(project.inputs("raw"));
    expect(await project.store.verify(project.id, { deep: true })).toEqual([]);
  } finally {
    execFileSync("umount", [project.root]);
  }
});

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.endsWith("\n") ? Number(text) : undefined;
}

/** Once init has collected it, too. */
function isGone(pid: number): true | undefined {
  try {
    process.kill(pid, 0);
    return undefined;
  } catch {
    return true;
  }
}

function canMount(): boolean {
  try {
    execFileSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
