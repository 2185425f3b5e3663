import type { Disk, DiskMap, Extent } from "#providers/shared/disk/disk";

/**
 * The aligned blocks of a disk that touch data, ascending; the last one ends with the disk. Where data lies depends also on
 * how the file is stored, so that a writer whose bytes must repeat looks for zeros in each block as well (`isZero`).
 */
export function* dataBlocks({ segments, virtualBytes }: DiskMap, blockBytes: number): Generator<Extent> {
  let next = 0;
  for (const { start, length } of segments) {
    const first = Math.max(next, start - (start % blockBytes));
    for (next = first; next < start + length; next += blockBytes) {
      yield { start: next, length: Math.min(blockBytes, virtualBytes - next) };
    }
  }
}

/** The blocks that are not all zeros, with their bytes: valid until the next one is asked for. */
export async function* nonZeroBlocks(disk: Disk, blockBytes: number): AsyncGenerator<Extent & { bytes: Buffer }> {
  const buffer = Buffer.allocUnsafe(blockBytes);
  for (const { start, length } of dataBlocks(disk.map, blockBytes)) {
    const bytes = buffer.subarray(0, length);
    await disk.read(bytes, start);
    if (!isZero(bytes)) yield { start, length, bytes };
  }
}

const zeros = Buffer.alloc(64 * 1024);

/** Whether there is nothing but zeros. */
export function isZero(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; at += zeros.length) {
    const length = Math.min(zeros.length, buffer.length - at);
    if (buffer.compare(zeros, 0, length, at, at + length) !== 0) return false;
  }
  return true;
}
