import { open, type FileHandle } from "node:fs/promises";
import type { Disk, DiskMap } from "#providers/shared/disk/disk";
import { firstEndingAfter } from "#providers/shared/disk/first-ending-after";

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

async function readFully(handle: FileHandle, buffer: Uint8Array, position: number, file: string): Promise<void> {
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) throw new Error(`${file} ends at byte ${position + done}, in the middle of the disk's data`);
    done += bytesRead;
  }
}
