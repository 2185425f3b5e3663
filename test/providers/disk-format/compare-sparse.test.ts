import { afterEach, beforeEach, expect, test } from "vitest";
import type { DiskMap, Extent } from "#providers/shared/disk/disk";
import { mapDisk } from "#providers/shared/disk/map-disk";
import { openDisk } from "#providers/shared/disk/open-disk";
import { compareSparse } from "#providers/disk-format/tar/compare-sparse";
import { sparseHeader } from "#providers/disk-format/tar/sparse-header";
import { archiveEnd } from "#providers/disk-format/tar/tar-header";
import { makeDisks, type DiskFixture } from "../shared/disk/disk-fixture.ts";

const kib = 1024;
const realBytes = 1024 * kib;
const whole: readonly Extent[] = [{ start: 64 * kib, length: 64 * kib }, { start: 512 * kib, length: 128 * kib }];

let disks: DiskFixture;
let map: DiskMap;
beforeEach(async () => {
  disks = await makeDisks();
  const disk = await disks.qcow2("disk.qcow2", realBytes, [{ at: 64 * kib, length: 64 * kib, byte: 1 }, { at: 600 * kib, length: 5, byte: 2 }]);
  map = await mapDisk(disk, { format: "qcow2", tmp: disks.dir, action: "test" });
});
afterEach(() => disks.remove());

/** The archive of the disk if it had data there only. */
async function archive(extents: readonly Extent[]): Promise<Buffer> {
  const disk = await openDisk(map);
  const parts: Buffer[] = [sparseHeader({ name: "disk.raw", realBytes, extents })];
  for (const { start, length } of extents) {
    const part = Buffer.alloc(length);
    await disk.read(part, start);
    parts.push(part);
  }
  await disk.close();
  return Buffer.concat([...parts, archiveEnd]);
}

function compare(content: Buffer): Promise<string | undefined> {
  async function* stream(): AsyncGenerator<Buffer> {
    for (let at = 0; at < content.length; at += 10_000) yield content.subarray(at, at + 10_000);
  }
  return compareSparse(stream(), { name: "disk.raw", realBytes, map }, new AbortController().signal);
}

test("finds nothing where the archive is the disk, however its holes are told", async () => {
  expect(await compare(await archive(whole))).toBeUndefined();
  expect(await compare(await archive([{ start: 0, length: realBytes }]))).toBeUndefined();
});

test("finds a byte that differs", async () => {
  const content = await archive(whole);
  content[content.length - archiveEnd.length - 40_000]! ^= 1;
  expect(await compare(content)).toBe("other bytes than the disk's from byte 524288 on");
});

test.each([
  ["before, between and after what is there", [], 64 * kib],
  ["before", whole.slice(1), 64 * kib],
  ["after", whole.slice(0, 1), 576 * kib],
] as const)("finds data that is missing %s", async (_, extents, at) => {
  expect(await compare(await archive(extents))).toBe(`data at byte ${at} of the disk is missing`);
});

test("finds an archive that is cut short, goes on, or is of something else", async () => {
  const content = await archive(whole);
  expect(await compare(content.subarray(0, content.length - 70_000))).toMatch(/other bytes than the disk's/);
  expect(await compare(content.subarray(0, content.length - 512))).toBe("the archive does not end where it should");
  expect(await compare(Buffer.concat([content, Buffer.alloc(512)]))).toBe("the archive does not end where it should");
  expect(await compare(Buffer.from("nothing"))).toBe("the archive does not begin with disk.raw of 1048576 bytes");
});
