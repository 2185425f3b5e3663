import { open, type FileHandle } from "node:fs/promises";
import type { Disk, DiskMap, Segment } from "#providers/shared/disk/disk";

/** Opens a mapped disk for reading; holes cost nothing. Several reads may be under way at once. */
export async function openDisk(map: DiskMap): Promise<Disk> {
  const handle = await open(map.file, "r");
  return {
    map,
    read: (buffer, position) => read(map, handle, buffer, position),
    close: () => handle.close(),
  };
}

async function read({ segments, file }: DiskMap, handle: FileHandle, buffer: Uint8Array, position: number): Promise<void> {
  const end = position + buffer.length;
  let filled = position;
  for (let index = firstEndingAfter(segments, position); index < segments.length; index++) {
    const { start, length, offset } = segments[index]!;
    if (start >= end) break;
    const from = Math.max(start, position);
    const to = Math.min(start + length, end);
    buffer.fill(0, filled - position, from - position);
    await readFully(handle, buffer.subarray(from - position, to - position), offset + from - start, file);
    filled = to;
  }
  buffer.fill(0, filled - position);
}

/** Index of the first segment that ends after a position: the only ones before it are of no use. */
function firstEndingAfter(segments: readonly Segment[], position: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { start, length } = segments[middle]!;
    if (start + length > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

async function readFully(handle: FileHandle, buffer: Uint8Array, position: number, file: string): Promise<void> {
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) throw new Error(`${file} ends at byte ${position + done}, in the middle of the disk's data`);
    done += bytesRead;
  }
}
