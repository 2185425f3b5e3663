import { copyFile, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dataBlocks } from "#providers/shared/disk/data-blocks";
import type { DiskMap } from "#providers/shared/disk/disk";
import { mapDisk } from "#providers/shared/disk/map-disk";
import { openDisk } from "#providers/shared/disk/open-disk";
import { makeDisks, qemuImg, type DiskFixture } from "./disk-fixture.ts";

let disks: DiskFixture;
beforeEach(async () => { disks = await makeDisks(); });
afterEach(() => disks.remove());

const mib = 2 ** 20;
const map = (file: string, format: "qcow2" | "raw" = "qcow2"): Promise<DiskMap> => mapDisk(file, { format, tmp: disks.dir, action: "convert debian-12@2026.1101.1 to ova" });
const patches = [{ at: 0, length: 512, byte: 1 }, { at: 3 * mib + 100, length: 70_000, byte: 2 }, { at: 9 * mib - 7, length: 7, byte: 3 }];

async function contents(disk: DiskMap): Promise<Buffer> {
  const reader = await openDisk(disk);
  const buffer = Buffer.alloc(disk.virtualBytes, 0xee);
  await reader.read(buffer, 0);
  await reader.close();
  return buffer;
}

test("a qcow2 is read in place, byte for byte, from any position", async () => {
  const file = await disks.qcow2("disk.qcow2", 9 * mib, patches);
  const disk = await map(file);
  const expected = await readFile(`${file}.raw`);
  expect(disk.file).toBe(file);
  expect(disk.virtualBytes).toBe(9 * mib);
  expect(disk.dataBytes).toBeLessThan(512 * 1024);
  expect((await contents(disk)).equals(expected)).toBe(true);
  const reader = await openDisk(disk);
  await fc.assert(fc.asyncProperty(fc.nat(9 * mib + 1000), fc.nat(200_000), async (position, length) => {
    const buffer = Buffer.alloc(length, 0xee);
    await reader.read(buffer, position);
    const wanted = Buffer.alloc(length);
    wanted.set(expected.subarray(position, position + length));
    return buffer.equals(wanted);
  }), { numRuns: 60 });
  await reader.close();
});

test("the data blocks are aligned, ascending, cover all data, and end with the disk", async () => {
  const segment = fc.record({ gap: fc.nat(5000), length: fc.integer({ min: 1, max: 9000 }) });
  fc.assert(fc.property(fc.array(segment), fc.integer({ min: 1, max: 4096 }), fc.nat(4000), (parts, block, tail) => {
    let at = 0;
    const segments = parts.map(({ gap, length }) => ({ start: (at += gap + length) - length, length, offset: 0 }));
    const virtualBytes = at + tail;
    const blocks = [...dataBlocks({ file: "", virtualBytes, segments, dataBytes: 0 }, block)];
    const touched = new Set(segments.flatMap(({ start, length }) => Array.from({ length: Math.floor((start + length - 1) / block) - Math.floor(start / block) + 1 }, (_, index) => Math.floor(start / block) + index)));
    expect(blocks.map(({ start }) => start / block)).toEqual([...touched].sort((a, b) => a - b));
    for (const { start, length } of blocks) expect(length).toBe(Math.min(block, virtualBytes - start));
  }));
});

test("a raw disk that is not whole in sectors ends in zeros", async () => {
  const disk = await map(await disks.raw("disk.raw", mib + 77, [{ at: mib, length: 77, byte: 9 }]), "raw");
  expect(disk.virtualBytes).toBe(mib + 512);
  const bytes = await contents(disk);
  expect(bytes.subarray(mib, mib + 77).equals(Buffer.alloc(77, 9))).toBe(true);
  expect(bytes.subarray(mib + 77).equals(Buffer.alloc(435))).toBe(true);
});

test("an empty disk has no segments", async () => {
  expect((await map(await disks.qcow2("disk.qcow2", 64 * mib))).segments).toEqual([]);
  expect((await map(await disks.raw("empty.raw", 0), "raw")).virtualBytes).toBe(0);
});

test("compressed clusters are expanded once, into the given directory", async () => {
  const file = await disks.qcow2("disk.qcow2", 9 * mib, patches, ["-c"]);
  const disk = await map(file);
  expect(disk.file).toBe(join(disks.dir, "expanded.raw"));
  expect((await stat(disk.file)).blocks * 512).toBeLessThan(mib);
  expect((await contents(disk)).equals(await readFile(`${file}.raw`))).toBe(true);
});

test("what zero clusters, a version 2 header or extended L2 entries say is read right", async () => {
  for (const options of ["compat=0.10", "extended_l2=on,cluster_size=128k", "cluster_size=4k", "preallocation=metadata"]) {
    const file = await disks.qcow2("disk.qcow2", 9 * mib, patches, ["-o", options]);
    expect((await contents(await map(file))).equals(await readFile(`${file}.raw`)), options).toBe(true);
  }
});

test("a backing file is refused without a look at it", async () => {
  const base = await disks.qcow2("base.qcow2", mib);
  qemuImg("create", "-f", "qcow2", "-b", base, "-F", "qcow2", join(disks.dir, "child.qcow2"));
  await expect(map(join(disks.dir, "child.qcow2"))).rejects.toThrow(/cannot convert debian-12@2026\.1101\.1 to ova \(.*child\.qcow2\): it has a backing file.*\n {2}what to do: /s);
});

test("an external data file is refused without a look at it", async () => {
  const file = join(disks.dir, "disk.qcow2");
  qemuImg("create", "-f", "qcow2", "-o", `data_file=${join(disks.dir, "data.raw")}`, file, "1M");
  await expect(map(file)).rejects.toThrow(/its data lies in another file/);
});

test("what its header says is encrypted or corrupt is refused", async () => {
  const file = await disks.qcow2("disk.qcow2", mib);
  const header = await readFile(file);
  await writeFile(file, header.fill(2, 35, 36));
  await expect(map(file)).rejects.toThrow(/it is encrypted/);
  await writeFile(file, header.fill(0, 35, 36).fill(2, 79, 80));
  await expect(map(file)).rejects.toThrow(/it is marked as corrupt/);
});

test("a truncated or foreign file is refused, at whatever length", async () => {
  const whole = await disks.qcow2("disk.qcow2", 9 * mib, patches);
  const { size } = await stat(whole);
  const cut = join(disks.dir, "cut.qcow2");
  for (const length of [0, 50, 1000, 70_000, 200_000, size - 65_536 - 1, size - 4096]) {
    await copyFile(whole, cut);
    await truncate(cut, length);
    await expect(map(cut), `${length} of ${size} bytes`).rejects.toThrow(/truncated|damaged|no qcow2/);
  }
  await expect(map(`${whole}.raw`)).rejects.toThrow(/it is no qcow2/);
  expect(await readdir(disks.dir)).not.toContain("expanded.raw");
});
