import type { InspectionJob } from "#providers/inspection/gate";
import { secretPatterns, type SecretKind } from "#providers/inspection/hygiene/secret-patterns";
import { openDisk } from "#providers/shared/disk/open-disk";
import type { Disk, Extent } from "#providers/shared/disk/disk";
import { partitions } from "#providers/shared/file-tree/partitions";
import { signatureOf } from "#providers/shared/file-tree/signature";
import { Volume } from "#providers/shared/file-tree/volume";

/** What lies in blocks that belong to no file: deleted, but to be had by whoever reads the disk. */
export interface FreeBlocks {
  /** What the file system holds free. */
  readonly bytes: number;
  /** Bytes in free blocks of 4 KiB that are not all zeros. */
  readonly nonZeroBytes: number;
  /** By kind, where on the disk, in bytes. */
  readonly secrets: ReadonlyMap<SecretKind, readonly number[]>;
}

const kinds = ["private-key", "aws-key", "token", "password-hash", "public-key", "user-data"] as const satisfies readonly SecretKind[];
const chunkBytes = 4 * 1024 * 1024;
const blockBytes = 4096;
/** Milliseconds that nobody needs to be told about. */
const quiet = 2_000;
/** What a pattern may reach over the end of a chunk. */
const overlap = 8192;

/** Reads the free ranges of a release's disk and its swap partitions, holes left out. */
export async function scanFreeBlocks(job: InspectionJob): Promise<FreeBlocks> {
  const disk = await openDisk(job.map);
  try {
    const ranges = [...(await job.tree.freeRanges()), ...(await swapAreas(disk))].sort((left, right) => left.start - right.start);
    return await scan(disk, ranges, job);
  } finally {
    await disk.close();
  }
}

/** Swap keeps the memory of programs, and belongs to no file either. */
async function swapAreas(disk: Disk): Promise<Extent[]> {
  const areas: Extent[] = [];
  for (const place of await partitions(disk)) if ((await signatureOf(new Volume(disk, place))) === "swap") areas.push({ start: place.start, length: place.length });
  return areas;
}

async function scan(disk: Disk, ranges: readonly Extent[], { signal, progress }: Pick<InspectionJob, "signal" | "progress">): Promise<FreeBlocks> {
  const secrets = new Map<SecretKind, number[]>();
  const buffer = Buffer.allocUnsafe(chunkBytes + overlap);
  const began = Date.now();
  let nonZeroBytes = 0;
  for (const { start, length } of meet(ranges, disk.map.segments)) {
    for (let at = 0; at < length; at += chunkBytes) {
      signal.throwIfAborted();
      const chunk = buffer.subarray(0, Math.min(length - at, chunkBytes + overlap));
      await disk.read(chunk, start + at);
      const own = chunk.subarray(0, chunkBytes);
      const filled = nonZero(own);
      nonZeroBytes += filled;
      if (filled > 0) note(secrets, chunk, start + at, own.length);
      if (Date.now() - began > quiet) progress.say(`free blocks up to ${Math.round((100 * (start + at)) / disk.map.virtualBytes)} % of the disk`);
    }
  }
  return { bytes: ranges.reduce((sum, { length }) => sum + length, 0), nonZeroBytes, secrets };
}

/** @param own How much of the chunk is this turn's: what begins after that is the next one's. */
function note(secrets: Map<SecretKind, number[]>, chunk: Buffer, position: number, own: number): void {
  const text = chunk.toString("latin1");
  for (const kind of kinds) {
    for (const { index } of text.matchAll(secretPatterns[kind])) {
      if (index >= own) continue;
      const places = secrets.get(kind);
      if (places) places.push(position + index);
      else secrets.set(kind, [position + index]);
    }
  }
}

const zeros = Buffer.alloc(blockBytes);

function nonZero(chunk: Buffer): number {
  let bytes = 0;
  for (let at = 0; at < chunk.length; at += blockBytes) {
    const block = chunk.subarray(at, at + blockBytes);
    if (!block.equals(zeros.subarray(0, block.length))) bytes += block.length;
  }
  return bytes;
}

/** What two ascending lists of ranges have in common. */
export function meet(left: readonly Extent[], right: readonly Extent[]): Extent[] {
  const common: Extent[] = [];
  let next = 0;
  for (const range of left) {
    while (next < right.length && right[next]!.start + right[next]!.length <= range.start) next += 1;
    for (let at = next; at < right.length && right[at]!.start < range.start + range.length; at += 1) {
      const start = Math.max(range.start, right[at]!.start);
      const end = Math.min(range.start + range.length, right[at]!.start + right[at]!.length);
      if (end > start) common.push({ start, length: end - start });
    }
  }
  return joined(common);
}

/** Neighbours as one, so that text is not cut where a segment of the file ends. */
function joined(ranges: readonly Extent[]): Extent[] {
  const merged: { start: number; length: number }[] = [];
  for (const { start, length } of ranges) {
    const last = merged.at(-1);
    if (last && last.start + last.length === start) last.length += length;
    else merged.push({ start, length });
  }
  return merged;
}
