import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { InspectionJob } from "../../../../providers/inspection/gate.ts";
import { meet, scanFreeBlocks, type FreeBlocks } from "../../../../providers/inspection/hygiene/free-blocks.ts";
import type { Extent, Segment } from "../../../../providers/shared/disk/disk.ts";
import { awsKey, publicKey } from "./seed.ts";

const mebibyte = 1024 * 1024;

async function scan(content: Buffer, free: readonly Extent[], segments: readonly Segment[] = [{ start: 0, length: content.length, offset: 0 }], signal = new AbortController().signal): Promise<FreeBlocks> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-free-"));
  try {
    const file = join(dir, "disk.raw");
    await writeFile(file, content);
    const map = { file, virtualBytes: 1024 * mebibyte, dataBytes: content.length, segments };
    const job = { map, tree: { freeRanges: async () => free }, signal, progress: { say: () => {} } };
    return await scanFreeBlocks(job as unknown as InspectionJob);
  } finally {
    await rm(dir, { recursive: true });
  }
}

test("a secret on the border of two pieces is found, once, where it begins", async () => {
  const content = Buffer.alloc(9 * mebibyte);
  const at = 4 * mebibyte - 20;
  content.write(publicKey, at);
  const { secrets, nonZeroBytes } = await scan(content, [{ start: 0, length: content.length }]);
  expect([...secrets]).toEqual([["public-key", [at]]]);
  expect(nonZeroBytes).toBe(8192);
});

test("what is not free is not looked at, nor is a hole", async () => {
  const content = Buffer.alloc(2 * mebibyte);
  content.write(awsKey, 4096);
  content.write(awsKey, mebibyte + 100);
  const { secrets, bytes } = await scan(content, [{ start: mebibyte, length: 1000 * mebibyte }]);
  expect(secrets.get("aws-key")).toEqual([mebibyte + 100]);
  expect(bytes).toBe(1000 * mebibyte);
});

test("text goes on over the end of a segment of the file", async () => {
  const content = Buffer.alloc(2 * mebibyte);
  const half = 40;
  content.write(publicKey.slice(0, half), 65536 - half);
  content.write(publicKey.slice(half), mebibyte);
  const segments = [{ start: 0, length: 65536, offset: 0 }, { start: 65536, length: 65536, offset: mebibyte }];
  expect((await scan(content, [{ start: 0, length: mebibyte }], segments)).secrets.get("public-key")).toEqual([65536 - half]);
});

test("a swap partition is looked at too: it keeps the memory of programs", async () => {
  const content = Buffer.alloc(2 * mebibyte);
  content.set([0x82], 446 + 4); // its type, first sector and length in the partition table
  content.writeUInt32LE(2048, 446 + 8);
  content.writeUInt32LE(2048, 446 + 12);
  content.writeUInt16LE(0xaa55, 510);
  content.write("SWAPSPACE2", mebibyte + 4086, "latin1");
  content.write(awsKey, mebibyte + 8192);
  expect((await scan(content, [{ start: 4096, length: 4096 }])).secrets.get("aws-key")).toEqual([mebibyte + 8192]);
});

test("it stops when it is told to", async () => {
  await expect(scan(Buffer.alloc(mebibyte), [{ start: 0, length: mebibyte }], undefined, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
});

const ranges = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }))).map((gaps) => {
  let at = 0;
  return gaps.map(([gap, length]) => {
    const start = at + gap;
    at = start + length;
    return { start, length };
  });
});

test("two lists of ranges meet where both have a byte", () => {
  const bytes = (list: readonly Extent[]): number[] => list.flatMap(({ start, length }) => Array.from({ length }, (_, index) => start + index));
  fc.assert(fc.property(ranges, ranges, (left, right) => {
    const both = new Set(bytes(right));
    expect(bytes(meet(left, right))).toEqual(bytes(left).filter((byte) => both.has(byte)));
  }));
});
