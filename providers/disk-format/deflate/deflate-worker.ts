import { constants, crc32, deflateRawSync, deflateSync } from "node:zlib";
import { move, transferableSymbol, valueSymbol } from "piscina";
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

/** Grains as a VMDK stores them, each behind its marker and padded to whole sectors. Grains of zeros are left out. */
export interface DeflatedGrains {
  readonly bytes: Uint8Array;
  /** Where each grain begins within `bytes`, and which of the disk it is. */
  readonly grains: readonly { readonly index: number; readonly at: number }[];
}

/** zlib's largest table of hashes: a sixth faster than with the default of 8, for files of the same size. */
const grainMemLevel = 9;

export async function deflateGrains(task: DeflateTask): Promise<DeflatedGrains> {
  const content = await read(task, task.start, task.length);
  const grains: { index: number; at: number }[] = [];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let position = 0; position < content.length; position += grainBytes) {
    const grain = content.subarray(position, position + grainBytes);
    if (isZero(grain)) continue;
    const index = (task.start + position) / grainBytes;
    const deflated = deflateSync(whole(grain), { level: task.level, memLevel: grainMemLevel });
    const marker = grainMarker(index, deflated.length);
    const length = Math.ceil((marker.length + deflated.length) / sectorBytes) * sectorBytes;
    parts.push(marker, deflated, Buffer.alloc(length - marker.length - deflated.length));
    grains.push({ index, at });
    at += length;
  }
  const bytes = joined(parts, at);
  return moved({ bytes, grains }, bytes.buffer);
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

export async function deflatePart(task: DeflateTask): Promise<DeflatedPart> {
  const before = historyOf(task);
  const content = await read(task, task.start - before, before + task.length);
  const part = content.subarray(before);
  const bytes = deflateRawSync(part, { level: task.level, memLevel: partMemLevel, finishFlush: constants.Z_SYNC_FLUSH, ...(before > 0 && { dictionary: content.subarray(0, before) }) });
  const own = joined([bytes], bytes.length);
  return moved({ bytes: own, crc32: crc32(part), length: part.length }, own.buffer);
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

/** In memory of its own, which can be handed over: a Buffer may share its memory with others. */
function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function moved<T extends object>(value: T, buffer: ArrayBuffer): T {
  return move({ [transferableSymbol]: buffer, [valueSymbol]: value } as never) as unknown as T;
}
