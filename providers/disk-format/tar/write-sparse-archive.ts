import { open } from "node:fs/promises";
import type { DiskMap, Extent } from "#providers/shared/disk/disk";
import { nonZeroBlocks } from "#providers/shared/disk/data-blocks";
import { openDisk } from "#providers/shared/disk/open-disk";
import { packedDisk } from "#providers/disk-format/deflate/disk-window";
import { GzipOutput } from "#providers/disk-format/gzip/gzip-output";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { sparseHeader } from "#providers/disk-format/tar/sparse-header";
import { archiveEnd } from "#providers/disk-format/tar/tar-header";

export interface SparseArchive {
  /** Of the file in the archive. */
  readonly name: string;
  /** Its length: the disk's or more, zeros at the end. */
  readonly realBytes: number;
  readonly map: DiskMap;
  readonly signal: AbortSignal;
  /** Called with how much of the disk's data is written, 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

/** Zeros in blocks of this size become holes, however the release's file stores them. */
const blockBytes = 64 * 1024;

/** Writes a tar.gz with the disk as one sparse file, as `tar --format=oldgnu -Szc` does. */
export async function writeSparseArchive(path: string, { name, realBytes, map, signal, onProgress }: SparseArchive): Promise<void> {
  const extents = await dataExtents(map, signal);
  const packed = packedDisk(map, extents);
  const handle = await open(path, "wx");
  try {
    const output = await GzipOutput.begin(new HashedOutput(handle, 0), { signal, onProgress: (bytes) => onProgress?.(bytes / packed.virtualBytes) });
    await output.append(sparseHeader({ name, realBytes, extents }));
    await output.appendDisk(packed);
    await output.append(archiveEnd);
    await output.end();
  } finally {
    await handle.close();
  }
}

/** Neighbouring blocks are one extent. The header that lists them comes before their bytes, so they are looked for first. */
async function dataExtents(map: DiskMap, signal: AbortSignal): Promise<Extent[]> {
  const extents: { start: number; length: number }[] = [];
  const disk = await openDisk(map);
  try {
    for await (const { start, length } of nonZeroBlocks(disk, blockBytes)) {
      signal.throwIfAborted();
      const last = extents.at(-1);
      if (last && last.start + last.length === start) last.length += length;
      else extents.push({ start, length });
    }
  } finally {
    await disk.close();
  }
  return extents;
}
