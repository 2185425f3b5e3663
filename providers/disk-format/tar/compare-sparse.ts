import type { DiskMap, Extent } from "#providers/shared/disk/disk";
import { nonZeroBlocks } from "#providers/shared/disk/data-blocks";
import { openDisk } from "#providers/shared/disk/open-disk";
import { diskWindow } from "#providers/disk-format/deflate/disk-window";
import { ByteReader } from "#providers/disk-format/tar/byte-reader";
import { readSparseHeader } from "#providers/disk-format/tar/read-sparse-header";
import { archiveEnd } from "#providers/disk-format/tar/tar-header";

export interface Expected {
  readonly name: string;
  readonly realBytes: number;
  readonly map: DiskMap;
}

const pieceBytes = 2 ** 20;

/**
 * Compares an archive of one sparse file with the disk that it is meant to be, as it streams by: nothing is unpacked.
 * @returns what differs, or undefined.
 */
export async function compareSparse(archive: AsyncIterable<Buffer>, { name, realBytes, map }: Expected, signal: AbortSignal): Promise<string | undefined> {
  const reader = new ByteReader(archive);
  const file = await readSparseHeader(reader);
  if (!file || file.name !== name || file.realBytes !== realBytes) return `the archive does not begin with ${name} of ${realBytes} bytes`;
  const disk = await openDisk(map);
  try {
    let covered = 0;
    for (const extent of file.extents) {
      signal.throwIfAborted();
      const missed = await firstData(map, { start: covered, length: extent.start - covered });
      if (missed !== undefined) return `data at byte ${missed} of the disk is missing`;
      for (let start = extent.start; start < extent.start + extent.length; start += pieceBytes) {
        const wanted = Buffer.alloc(Math.min(pieceBytes, extent.start + extent.length - start));
        const [found] = await Promise.all([reader.read(wanted.length), disk.read(wanted, start)]);
        if (!found.equals(wanted)) return `other bytes than the disk's from byte ${start} on`;
      }
      covered = extent.start + extent.length;
    }
    const missed = await firstData(map, { start: covered, length: Math.max(0, map.virtualBytes - covered) });
    if (missed !== undefined) return `data at byte ${missed} of the disk is missing`;
  } finally {
    await disk.close();
  }
  const end = await reader.read(archiveEnd.length + 1);
  return end.equals(archiveEnd) ? undefined : "the archive does not end where it should";
}

/** Where a range of the disk has something but zeros. */
async function firstData(map: DiskMap, range: Extent): Promise<number | undefined> {
  const disk = await openDisk(diskWindow(map, range));
  try {
    for await (const { start } of nonZeroBlocks(disk, 64 * 1024)) return start;
    return undefined;
  } finally {
    await disk.close();
  }
}
