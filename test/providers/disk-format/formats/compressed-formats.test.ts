import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { formatWriters } from "#providers/disk-format/formats";
import { vagrantLibvirt } from "#providers/disk-format/formats/vagrant-libvirt";
import { makeDisks, qemuImg, type DiskFixture, type Patch } from "../../shared/disk/disk-fixture.ts";
import { convert, expectSameDisk, formatJob, type Conversion } from "../format-fixture.ts";

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
const names = ["ova", "ova-vmx-10-sha1", "gce", "vagrant-libvirt", "vagrant-virtualbox"] as const;

/** Unpacks with GNU tar, which knows nothing of how it was written. */
async function unpack({ path }: Conversion): Promise<{ dir: string; members: string[] }> {
  const dir = await mkdtemp(join(disks.dir, "unpacked-"));
  execFileSync("tar", ["-xSf", path, "-C", dir]);
  const members = execFileSync("tar", ["-tf", path], { encoding: "utf8" }).trim().split("\n");
  return { dir, members };
}

/** Has qemu-img read what GNU tar unpacked. */
async function expectUnpackedDisk(conversion: Conversion): Promise<void> {
  const { dir, members } = await unpack(conversion);
  const disk = join(dir, members.at(-1)!);
  const driver = disk.endsWith(".vmdk") ? "vmdk" : disk.endsWith(".raw") ? "raw" : "qcow2";
  if (driver === "vmdk") qemuImg("check", "-q", "-f", driver, disk);
  qemuImg("compare", "-q", "-f", "qcow2", "-F", driver, conversion.job.diskFile, disk);
}

describe.each(names)("%s", (name) => {
  test("is the disk, twice in the same bytes, whatever its size and wherever its data", { timeout: 120_000 }, async () => {
    const patch = fc.record({ at: fc.nat(40 * 1024), length: fc.integer({ min: 1, max: 3 * mib }), byte: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 20_000 }), fc.array(patch, { maxLength: 5 }), async (sectors, parts) => {
      const bytes = sectors * 512;
      const patches = parts.map(({ at, length, byte }): Patch => ({ at: (at * 1024) % bytes, length: Math.min(length, bytes - ((at * 1024) % bytes)), byte }));
      const disk = await disks.qcow2("disk.qcow2", bytes, patches);
      const first = await convert(disk, name, disks.dir);
      await expectSameDisk(first);
      await expectUnpackedDisk(first);
      const second = await convert(disk, name, disks.dir);
      expect(second.sha256).toBe(first.sha256);
    }), { numRuns: 4 });
  });

  test("of an empty disk and of data at the very end", async () => {
    for (const patches of [[], [{ at: 9 * mib + 1000, length: 24, byte: 7 }]]) {
      const conversion = await convert(await disks.qcow2("disk.qcow2", 9 * mib + 1024, patches), name, disks.dir);
      await expectSameDisk(conversion);
      await expectUnpackedDisk(conversion);
    }
  });

  test("reads and stores no holes", async () => {
    const disk = await disks.qcow2("disk.qcow2", 100 * gib, [{ at: 50 * gib, length: mib, byte: 3 }, { at: 100 * gib - 512, length: 512, byte: 4 }]);
    const { path } = await convert(disk, name, disks.dir);
    expect((await stat(path)).size).toBeLessThan(2 * mib);
  });
});

test("a VMDK and a GCE archive do not depend on how the disk's file is stored: zeros that are data, holes, compressed clusters", async () => {
  const patches = [{ at: 0, length: 3 * mib, byte: 0 }, { at: 4 * mib, length: 100_000, byte: 5 }];
  const made = [
    await disks.qcow2("plain.qcow2", 16 * mib, patches),
    await disks.qcow2("zeros.qcow2", 16 * mib, patches, ["-S", "0"]),
    await disks.qcow2("compressed.qcow2", 16 * mib, patches, ["-c"]),
  ];
  for (const name of ["gce", "ova"]) {
    const conversions = [];
    for (const disk of made) conversions.push(await convert(disk, name, disks.dir));
    for (const conversion of conversions) await expectUnpackedDisk(conversion);
    if (name === "gce") expect(new Set(conversions.map(({ sha256 }) => sha256)).size).toBe(1);
    // ids follow from the digest of the disk's file
    else expect(new Set(conversions.map(({ bytes }) => bytes)).size).toBe(1);
  }
});

describe("gce", () => {
  test("is a sparse file of whole GiB, which GNU tar restores byte for byte and with its holes", async () => {
    const patches = Array.from({ length: 60 }, (_, index) => ({ at: index * 16 * mib + 777, length: 1000 + index, byte: index + 1 }));
    const conversion = await convert(await disks.qcow2("disk.qcow2", gib + 512, patches), "gce", disks.dir);
    const { dir, members } = await unpack(conversion);
    expect(members).toEqual(["disk.raw"]);
    const { size, blocks } = await stat(join(dir, "disk.raw"));
    expect(size).toBe(2 * gib);
    expect(blocks * 512).toBeLessThan(16 * mib);
    await expectUnpackedDisk(conversion);
    execFileSync("gzip", ["-t", conversion.path]);
    expect(execFileSync("tar", ["-tvzf", conversion.path], { encoding: "utf8" })).toMatch(/^-rw-r--r-- root\/root\s+2147483648 1980-01-01/);
    expect(conversion.written.facts).toMatchObject({ virtualBytes: 2 * gib });
  });

  test("a disk of exactly a GiB is not made larger", async () => {
    const { written } = await convert(await disks.qcow2("disk.qcow2", gib, [{ at: 0, length: 10, byte: 1 }]), "gce", disks.dir);
    expect(written.facts).toMatchObject({ virtualBytes: gib });
  });
});

describe("vagrant-libvirt", () => {
  test("has the release's own qcow2, and says how large its disk is", async () => {
    const conversion = await convert(await disks.qcow2("disk.qcow2", gib + 512, [{ at: 5 * mib, length: mib, byte: 7 }]), "vagrant-libvirt", disks.dir);
    const { dir, members } = await unpack(conversion);
    expect(members).toEqual(["metadata.json", "Vagrantfile", "box.img"]);
    expect(JSON.parse(await readFile(join(dir, "metadata.json"), "utf8"))).toEqual({ provider: "libvirt", format: "qcow2", virtual_size: 2 });
    execFileSync("cmp", [conversion.job.diskFile, join(dir, "box.img")]);
  });

  test("a disk that is no longer the build's is refused", async () => {
    const disk = await disks.qcow2("disk.qcow2", 4 * mib, [{ at: 0, length: mib, byte: 1 }]);
    const other = await disks.qcow2("other.qcow2", 4 * mib, [{ at: 0, length: mib, byte: 2 }]);
    const job = await formatJob(disk, "vagrant-libvirt", disks.dir);
    await copyFile(other, disk);
    await expect(vagrantLibvirt.write(job)).rejects.toThrow(/what was written is not the disk: its digest is another/);
    job.progress.stop();
  });
});

test.each(["ova", "gce"] as const)("%s of a disk whose file was cut short meanwhile fails in a worker and says where", async (name) => {
  const job = await formatJob(await disks.qcow2("disk.qcow2", 8 * mib, [{ at: 0, length: 8 * mib, byte: 1 }]), name, disks.dir);
  await truncate(job.diskFile, 4 * mib);
  const writer = await formatWriters[name]!();
  await expect(writer.write(job)).rejects.toThrow(/disk\.qcow2 ends at byte 4194304, in the middle of the disk's data/);
  job.progress.stop();
});

test("an interrupt ends a conversion", async () => {
  const disk = await disks.qcow2("disk.qcow2", 64 * mib, [{ at: 0, length: 64 * mib, byte: 1 }]);
  for (const name of ["ova", "gce"] as const) {
    const job = { ...(await formatJob(disk, name, disks.dir)), signal: AbortSignal.abort() };
    const writer = await formatWriters[name]!();
    await expect(writer.write(job)).rejects.toThrow(/abort/i);
    job.progress.stop();
  }
});
