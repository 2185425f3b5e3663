import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, inflateRawSync, inflateSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DiskMap } from "#providers/shared/disk/disk";
import { inWorkers } from "#providers/disk-format/deflate/in-workers";
import { grainBytes, sectorBytes } from "#providers/disk-format/vmdk/structures";

/** More than there is memory for at a time with many threads, so that it is used again. */
const count = 80;
const content = Buffer.concat(Array.from({ length: count }, (_, index) => (index < count / 2 ? randomBytes(grainBytes) : Buffer.alloc(grainBytes, `grain ${index} `))));
const signal = new AbortController().signal;

let dir: string;
let map: DiskMap;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "in-workers-"));
  const file = join(dir, "disk");
  await writeFile(file, content);
  map = { file, virtualBytes: content.length, dataBytes: content.length, segments: [{ start: 0, length: content.length, offset: 0 }] };
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const tasks = () => Array.from({ length: count }, (_, index) => ({ start: index * grainBytes, length: grainBytes, map, level: 4 }));

test("grains come in order, each behind its marker and followed by zeros, whatever was in their memory before", async () => {
  const inflated: Buffer[] = [];
  for await (const { bytes, grains } of inWorkers("deflateGrains", tasks(), { taskBytes: grainBytes, signal })) {
    expect(grains).toEqual([{ index: inflated.length, at: 0 }]);
    const grain = Buffer.from(bytes);
    expect(Number(grain.readBigUInt64LE(0)) * sectorBytes).toBe(inflated.length * grainBytes);
    const end = 12 + grain.readUInt32LE(8);
    expect(grain.length).toBe(Math.ceil(end / sectorBytes) * sectorBytes);
    expect(grain.subarray(end).every((byte) => byte === 0)).toBe(true);
    inflated.push(inflateSync(grain.subarray(12, end)));
  }
  expect(Buffer.concat(inflated).equals(content)).toBe(true);
});

test("parts that follow each other are one deflate stream", async () => {
  const parts: Buffer[] = [];
  for await (const part of inWorkers("deflatePart", tasks(), { taskBytes: grainBytes, signal })) {
    expect(part.crc32).toBe(crc32(content.subarray(parts.length * grainBytes, (parts.length + 1) * grainBytes)));
    parts.push(Buffer.from(part.bytes));
  }
  expect(inflateRawSync(Buffer.concat([...parts, Buffer.from([3, 0])])).equals(content)).toBe(true);
});
