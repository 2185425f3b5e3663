import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { aggregatedChecksum } from "#providers/ebs-snapshot/blocks/aggregate";
import { blockBytes, sameDigest, zeroDigest } from "#providers/ebs-snapshot/blocks/block";
import { inLanes } from "#providers/ebs-snapshot/blocks/in-lanes";
import { plannedBlocks } from "#providers/ebs-snapshot/blocks/plan";
import { allRecords, readRecords } from "#providers/ebs-snapshot/blocks/records";
import { partBytesOf } from "#providers/ebs-snapshot/import/send-object";
import { volumeGiB } from "#providers/ebs-snapshot/start";

const diskBytes = 64 * blockBytes + 512;
const extents = fc.array(fc.tuple(fc.nat(diskBytes - 1), fc.integer({ min: 1, max: 3 * blockBytes })), { maxLength: 12 }).map((pairs) => {
  const sorted = pairs.map(([offset, length]) => ({ offset, length: Math.min(length, diskBytes - offset) })).sort((a, b) => a.offset - b.offset);
  return sorted.filter(({ offset }, index) => sorted.slice(0, index).every((before) => before.offset + before.length <= offset));
});

test("planned are just the blocks that touch data, each once, ascending", () => {
  fc.assert(fc.property(extents, (all) => {
    const touched = Array.from({ length: Math.ceil(diskBytes / blockBytes) }, (_, index) => index).filter((index) => all.some(({ offset, length }) => offset < (index + 1) * blockBytes && offset + length > index * blockBytes));
    expect(plannedBlocks(all, diskBytes)).toEqual(touched);
  }));
});

const digests = fc.uniqueArray(fc.tuple(fc.nat(2 ** 32 - 1), fc.uint8Array({ minLength: 32, maxLength: 32 })), { selector: ([index]) => index, maxLength: 30 });

test("the aggregated checksum is that of the digests by ascending index, however they came in", () => {
  fc.assert(fc.property(digests, (pairs) => {
    const ascending = [...pairs].sort(([a], [b]) => a - b).map(([, digest]) => digest);
    expect(aggregatedChecksum(new Map(pairs))).toBe(createHash("sha256").update(Buffer.concat(ascending)).digest("base64"));
  }));
});

test("records are read as they were written, and one that was cut short is left out", () => {
  fc.assert(fc.property(digests, fc.nat(35), (pairs, cut) => {
    const bytes = allRecords(new Map(pairs));
    expect([...readRecords(bytes)]).toEqual(pairs);
    if (pairs.length > 0) expect([...readRecords(bytes.subarray(0, bytes.length - 1 - cut))]).toEqual(pairs.slice(0, -1));
  }));
});

test("a block of zeros has the digest of 512 KiB of zeros", () => {
  expect(Buffer.from(zeroDigest).toString("hex")).toBe("07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541");
  expect(sameDigest(undefined, zeroDigest)).toBe(false);
  expect(sameDigest(undefined, undefined)).toBe(true);
});

test("lanes do all items, no more at once than there are lanes, and stop at a failure", async () => {
  let busy = 0;
  let most = 0;
  const done: number[] = [];
  await inLanes(Array(50).keys(), 4, () => ({}), async (item) => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    busy--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  expect(most).toBe(4);
  const tried: number[] = [];
  await expect(inLanes(Array(50).keys(), 2, () => ({}), async (item) => {
    tried.push(item);
    if (item === 5) throw new Error("five");
  })).rejects.toThrow("five");
  expect(tried.length).toBeLessThan(50);
});

test("volumes are whole GiB; parts of an object are 16 MiB, more where there would be more than 10,000", () => {
  expect([1, 2 ** 30, 2 ** 30 + 1].map(volumeGiB)).toEqual([1, 1, 2]);
  expect(partBytesOf(2 ** 30)).toBe(16 * 2 ** 20);
  fc.assert(fc.property(fc.integer({ min: 1, max: 64 * 2 ** 40 }), (bytes) => { expect(Math.ceil(bytes / partBytesOf(bytes))).toBeLessThanOrEqual(10_000); }));
});
