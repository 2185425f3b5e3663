import { constants, crc32, deflateRawSync, deflateSync } from "node:zlib";
import type { DiskMap, Extent } from "#providers/shared/disk/disk";
import { isZero } from "#providers/shared/disk/data-blocks";
import { openDisk } from "#providers/shared/disk/open-disk";
import { historyOf } from "#providers/disk-format/gzip/history";
import { grainBytes, grainMarker, sectorBytes } from "#providers/disk-format/vmdk/structures";

/** A part of the disk, with the map of what it reads: the bytes themselves never cross between threads. */
export interface DeflateTask extends Extent {
  readonly map: DiskMap;
  /** zlib's. */
  readonly level: number;
}

/** With memory that all threads see, where the result's bytes go: they need not cross either. */
export type TaskWithRoom = DeflateTask & { readonly room: SharedArrayBuffer };

/** Grains as a VMDK stores them, each behind its marker and padded to whole sectors. Grains of zeros are left out. */
export interface DeflatedGrains {
  readonly bytes: Uint8Array;
  /** Where each grain begins within `bytes`, and which of the disk it is. */
  readonly grains: readonly { readonly index: number; readonly at: number }[];
}

/** zlib's largest table of hashes: a sixth faster than with the default of 8, for files of the same size. */
const grainMemLevel = 9;

export async function deflateGrains(task: TaskWithRoom): Promise<DeflatedGrains> {
  const content = await read(task, task.start, task.length);
  const room = Buffer.from(task.room);
  const grains: { index: number; at: number }[] = [];
  let end = 0;
  for (let position = 0; position < content.length; position += grainBytes) {
    const grain = content.subarray(position, position + grainBytes);
    if (isZero(grain)) continue;
    const index = (task.start + position) / grainBytes;
    grains.push({ index, at: end });
    const deflated = deflateSync(whole(grain), { level: task.level, memLevel: grainMemLevel });
    end = append(room, end, grainMarker(index, deflated.length));
    end = append(room, end, deflated);
    const whereNext = Math.ceil(end / sectorBytes) * sectorBytes;
    room.fill(0, end, whereNext); // another task's bytes were there
    end = whereNext;
  }
  return { bytes: room.subarray(0, end), grains };
}

/** @returns where the bytes end. */
function append(room: Buffer, at: number, bytes: Uint8Array): number {
  room.set(bytes, at);
  return at + bytes.length;
}

/** A grain is always whole, also where the disk ends within it. */
function whole(grain: Buffer): Buffer {
  return grain.length === grainBytes ? grain : Buffer.concat([grain], grainBytes);
}

/** A piece of a deflate stream: byte-aligned, not its end. */
export interface DeflatedPart {
  readonly bytes: Uint8Array;
  /** Of what was deflated. */
  readonly crc32: number;
  readonly length: number;
}

/**
 * zlib's buffer of symbols, 4096 of them. Blocks that end sooner follow a disk's changing contents more closely: smaller by
 * one part in a hundred than with the default of 8.
 */
const partMemLevel = 6;

export async function deflatePart(task: TaskWithRoom): Promise<DeflatedPart> {
  const before = historyOf(task);
  const content = await read(task, task.start - before, before + task.length);
  const part = content.subarray(before);
  const deflated = deflateRawSync(part, { level: task.level, memLevel: partMemLevel, finishFlush: constants.Z_SYNC_FLUSH, ...(before > 0 && { dictionary: content.subarray(0, before) }) });
  const room = Buffer.from(task.room);
  return { bytes: room.subarray(0, append(room, 0, deflated)), crc32: crc32(part), length: part.length };
}

/** One for all tasks, which come one at a time: the collector would let megabytes of them pile up. */
let scratch = Buffer.alloc(0);

async function read({ map }: DeflateTask, start: number, length: number): Promise<Buffer> {
  if (scratch.length < length) scratch = Buffer.allocUnsafeSlow(length);
  const content = scratch.subarray(0, length);
  const disk = await openDisk(map);
  try {
    await disk.read(content, start);
  } finally {
    await disk.close();
  }
  return content;
}
