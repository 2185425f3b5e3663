import { spawnSync } from "node:child_process";
import { copyFile, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeDisks, qemuImg, type DiskFixture, type Patch } from "../../shared/disk/disk-fixture.ts";
import { convert, expectSameDisk, write } from "../format-fixture.ts";

let disks: DiskFixture;
beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  disks = await makeDisks();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await disks.remove();
});

const mib = 2 ** 20;
const gib = 2 ** 30;
const drivers = { raw: "raw", qcow2: "qcow2", vhd: "vpc", vhdx: "vhdx" } as const;
const names = Object.keys(drivers) as (keyof typeof drivers)[];

function virtualBytes(path: string, name: keyof typeof drivers): number {
  return (JSON.parse(qemuImg("info", "--output=json", "-f", drivers[name], path)) as { "virtual-size": number })["virtual-size"];
}

describe.each(names)("%s", (name) => {
  test("is the disk, twice in the same bytes, whatever its size and wherever its data", { timeout: 60_000 }, async () => {
    const patch = fc.record({ at: fc.nat(40 * 1024), length: fc.integer({ min: 1, max: 3 * mib }), byte: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 50_000 }), fc.array(patch, { maxLength: 5 }), async (sectors, parts) => {
      const bytes = sectors * 512;
      const patches = parts.map(({ at, length, byte }): Patch => ({ at: (at * 1024) % bytes, length: Math.min(length, bytes - ((at * 1024) % bytes)), byte }));
      const disk = await disks.qcow2("disk.qcow2", bytes, patches);
      const first = await convert(disk, name, disks.dir);
      await expectSameDisk(first);
      const second = await convert(disk, name, disks.dir);
      expect(second.sha256).toBe(first.sha256);
      expect(virtualBytes(first.path, name)).toBe(name === "vhd" ? Math.ceil(bytes / mib) * mib : bytes);
    }), { numRuns: 6 });
  });

  test.for([
    { what: "empty", bytes: 9 * mib + 1024, patches: [] },
    { what: "with data at its very end", bytes: 9 * mib + 1024, patches: [{ at: 9 * mib + 1000, length: 24, byte: 7 }] },
    { what: "of 10 GiB with data here and there", bytes: 10 * gib, patches: [1, 4095, 4096, 4097, 8191, 8192, 10_239].map((at) => ({ at: at * mib, length: mib, byte: (at % 255) + 1 })) },
  ])("is a disk $what", async ({ bytes, patches }) => {
    await expectSameDisk(await write(await disks.qcow2("disk.qcow2", bytes, patches), name, disks.dir));
  });

  test("does not depend on how the disk's file is stored: zeros that are data, holes, compressed clusters", async () => {
    const patches = [{ at: 0, length: 3 * mib, byte: 0 }, { at: 4 * mib, length: 100_000, byte: 5 }];
    const made = [
      await disks.qcow2("plain.qcow2", 16 * mib, patches),
      await disks.qcow2("zeros.qcow2", 16 * mib, patches, ["-S", "0"]),
      await disks.qcow2("compressed.qcow2", 16 * mib, patches, ["-c"]),
    ];
    const conversions = [];
    for (const disk of made) conversions.push(await convert(disk, name, disks.dir));
    for (const conversion of conversions) await expectSameDisk(conversion);
    // ids follow from the digest of the disk's file, so only what has none can be the same
    if (name === "raw" || name === "qcow2") expect(new Set(conversions.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(new Set(conversions.map(({ bytes }) => bytes)).size).toBe(1);
  });

  test("reads and stores no holes", async () => {
    const disk = await disks.qcow2("disk.qcow2", 100 * gib, [{ at: 50 * gib, length: mib, byte: 3 }]);
    const { path } = await write(disk, name, disks.dir);
    expect((await stat(path)).blocks * 512).toBeLessThan(8 * mib);
  });

  test("a bit that differs is found", async () => {
    const conversion = await convert(await disks.qcow2("disk.qcow2", 2 * mib, [{ at: 0, length: 2 * mib, byte: 9 }]), name, disks.dir);
    const other = await convert(await disks.qcow2("other.qcow2", 2 * mib, [{ at: 0, length: 2 * mib, byte: 9 }, { at: mib, length: 1, byte: 8 }]), name, disks.dir);
    await copyFile(other.path, conversion.path);
    await expect(expectSameDisk(conversion)).rejects.toThrow(/cannot compare .*what was written is not the disk: Content mismatch at offset 1048576/s);
  });
});

test("a VHD has a footer that says what Azure asks for", async () => {
  const { path } = await convert(await disks.qcow2("disk.qcow2", 5 * mib + 512), "vhd", disks.dir);
  expect((await stat(path)).size).toBe(6 * mib + 512);
  const handle = await open(path);
  const { buffer: footer } = await handle.read(Buffer.alloc(512), 0, 512, 6 * mib);
  await handle.close();
  expect(footer.toString("latin1", 0, 8)).toBe("conectix");
  expect([footer.readBigUInt64BE(40), footer.readBigUInt64BE(48)]).toEqual([6n * BigInt(mib), 6n * BigInt(mib)]);
  expect(footer.readUInt32BE(60)).toBe(2);
  expect(new Date(Date.UTC(2000, 0, 1) + footer.readUInt32BE(24) * 1000).toISOString()).toBe("2026-11-01T00:00:00.000Z");
});

test("a compressed qcow2 says so, is no larger than zlib's, and needs no other file", async () => {
  const disk = await disks.qcow2("disk.qcow2", 16 * mib, [{ at: 0, length: 8 * mib, byte: 65 }]);
  const { path } = await convert(disk, "qcow2", disks.dir);
  const info = JSON.parse(qemuImg("info", "--output=json", "-f", "qcow2", path)) as { "format-specific": { data: { "compression-type": string } } };
  expect(info["format-specific"].data["compression-type"]).toBe("zstd");
  const zlib = join(disks.dir, "zlib.qcow2");
  qemuImg("convert", "-f", "qcow2", "-O", "qcow2", "-c", disk, zlib);
  expect((await stat(path)).size).toBeLessThanOrEqual((await stat(zlib)).size);
});

test("a VHDX passes qemu-img's own check, and its log is empty", async () => {
  const { path } = await convert(await disks.qcow2("disk.qcow2", 20 * mib, [{ at: 7 * mib, length: 2 * mib, byte: 1 }]), "vhdx", disks.dir);
  expect(qemuImg("check", "-f", "vhdx", path)).toMatch(/No errors were found/);
  const bytes = await readFile(path);
  expect(bytes.subarray(mib, 2 * mib).equals(Buffer.alloc(mib))).toBe(true);
  expect(bytes.length).toBe(6 * mib);
});

test("what a VHD cannot hold is refused before it is written", async () => {
  await expect(write(await disks.qcow2("disk.qcow2", 2041 * gib), "vhd", disks.dir)).rejects.toThrow(/the disk has 2041 GiB, a VHD at most 2040\n.*vhdx/s);
});

const hasSevenZip = spawnSync("7zz", ["i"]).status === 0;
test.skipIf(!hasSevenZip).each(["vhd", "vhdx"])("a reader that shares no code with QEMU finds the same disk in a %s (needs 7zz)", async (name) => {
  const disk = await disks.qcow2("disk.qcow2", 12 * mib, [{ at: 4 * mib, length: 100_000, byte: 5 }, { at: 11 * mib, length: mib, byte: 6 }]);
  const { path } = await write(disk, name, disks.dir);
  const found = spawnSync("7zz", ["x", "-so", `-t${name}`, path], { maxBuffer: 20 * mib }).stdout;
  expect(found.equals(await readFile(`${disk}.raw`))).toBe(true);
});
