import { spawn } from "node:child_process";
import { chmod, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FormatRecord } from "#model/release";
import { provider } from "#providers/disk-format/provider";
import { requireSealed } from "#providers/seal/require-sealed";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { makeDisks, qemuImg, type DiskFixture } from "../shared/disk/disk-fixture.ts";
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
const gib = 2 ** 30;
const childProgram = fileURLToPath(new URL("create-child.ts", import.meta.url));

test("a format is written, sealed and recorded with its source; the second time it is adopted without a tool", async () => {
  await project.addBuild(disk);
  const { id, outs } = await provider.create(project.inputs("vhd"));
  expect(id).toBe("format/vhd/debian-12@2026.1101.1");
  expect(outs).toMatchObject({ artifact: "debian-12-2026.1101.1.vhd", bytes: 20 * mib + 512, format: "vhd" });
  const record = (await project.store.record<FormatRecord>(project.id, "formats/vhd"))!;
  const build = (await project.store.record(project.id, "build"))!;
  expect(record).toMatchObject({ format: "vhd", artifact: { sha256: outs!.sha256 }, source: { sha256: build.disk.sha256 }, facts: { virtualBytes: 20 * mib, compared: "qemu-img compare" } });
  expect(record.tools["qemu-img"]).toMatch(/^\d+\.\d+/);
  expect(record.steps.map(({ name }) => name)).toEqual(["write", "compare and hash"]);
  expect(record.artifacts.map(({ name }) => name)).toEqual(expect.arrayContaining([outs!.artifact, record.seal.sums, record.seal.signature, record.seal.statement]));
  expect(await project.staged()).toEqual([]);
  const trusted = await trustedKeys({ createKey: false, trust: [] }, "test");
  await requireSealed({ store: project.store, id: project.id, group: "formats/vhd", trusted, action: "publish", read: { deep: true } });
  vi.stubEnv("PATH", "/nowhere");
  expect((await provider.create(project.inputs("vhd"))).outs).toEqual(outs);
  expect((await provider.read(id, outs!)).props).toEqual(outs);
});

test("formats made at the same time share one look at the disk", async () => {
  await project.addBuild(disk);
  const log = join(project.dir, "log");
  vi.stubEnv("PATH", await project.fakeQemuImg(`echo "$1" >> ${log}`));
  await Promise.all(["raw", "qcow2", "vhdx"].map((format) => provider.create(project.inputs(format))));
  const calls = (await readFile(log, "utf8")).split("\n");
  expect(calls.filter((call) => call === "map")).toHaveLength(1);
  expect(calls.filter((call) => call === "compare")).toHaveLength(3);
});

test("what cannot be converted is said before anything is written", async () => {
  await project.addBuild(disk, { passed: false });
  await expect(provider.create(project.inputs("raw"))).rejects.toThrow(/cannot convert debian-12@2026\.1101\.1 to raw \(.*\): the release has not passed its gates\n.*npm run up/s);
  await expect(provider.create({ ...project.inputs("raw"), key: "cd".repeat(32) })).rejects.toThrow(/another run has given this version to a build with other inputs/);
  await expect(provider.create({ ...project.inputs("raw"), version: "2026.1101.9" })).rejects.toThrow(/the store has no such release/);
  await expect(provider.create(project.inputs("vmdk"))).rejects.toThrow(/there is no such format\n.*one of raw, qcow2, vhd, vhdx/s);
});

test("a missing program is named", async () => {
  await project.addBuild(await disks.qcow2("small.qcow2", mib));
  vi.stubEnv("PATH", "/nowhere");
  await expect(provider.create(project.inputs("raw"))).rejects.toThrow(/qemu-img is not on PATH.*npm run setup/s);
});

test("a disk with a backing file is refused and leaves nothing behind", async () => {
  const child = join(disks.dir, "child.qcow2");
  qemuImg("create", "-f", "qcow2", "-b", disk, "-F", "qcow2", child);
  await project.addBuild(child);
  await expect(provider.create(project.inputs("qcow2"))).rejects.toThrow(/it has a backing file/);
  expect(await project.staged()).toEqual([]);
});

test("a damaged or incomplete format is found by read, set aside, and written again with the same bytes", async () => {
  await project.addBuild(disk);
  const { id, outs } = await provider.create(project.inputs("qcow2"));
  const dir = join(project.root, "images/debian-12/2026.1101.1/formats/qcow2");
  await chmod(join(dir, outs!.artifact), 0o644);
  const handle = await open(join(dir, outs!.artifact), "r+");
  await handle.write(Buffer.from([0xff]), 0, 1, 70_000);
  await handle.close();
  expect((await provider.read(id, outs!)).id).toBe("");
  expect((await provider.create(project.inputs("qcow2"))).outs).toEqual(outs);
  expect((await provider.read(id, outs!)).id).toBe(id);
  await chmod(dir, 0o755);
  await rm(join(dir, "format.json"), { force: true });
  expect((await provider.read(id, outs!)).id).toBe("");
  expect((await provider.create(project.inputs("qcow2"))).outs).toEqual(outs);
});

test("a sparse disk of 100 GiB takes little time, space and memory", { timeout: 120_000 }, async () => {
  await project.addBuild(await disks.qcow2("huge.qcow2", 100 * gib, [0, 10, 33, 77].map((at) => ({ at: at * gib, length: 20 * mib, byte: at + 1 }))));
  for (const format of ["qcow2", "vhdx"]) {
    const child = spawn(process.execPath, [childProgram, JSON.stringify(project.inputs(format))], { env: project.environment, stdio: ["ignore", "pipe", "inherit"] });
    const { stdout, code } = await outputOf(child);
    expect(code, stdout).toBe(0);
    const { bytes, peakMiB } = JSON.parse(stdout.split("\n").at(-1)!) as { bytes: number; peakMiB: number };
    expect(peakMiB).toBeLessThan(512);
    expect(bytes).toBeLessThan(100 * mib);
  }
});
