import type { DiskMap, Extent, Segment } from "#providers/shared/disk/disk";
import { firstEndingAfter } from "#providers/shared/disk/first-ending-after";

/** The map of a part of a disk, at the same positions: little enough to be sent to another thread with each task. */
export function diskWindow({ file, segments, virtualBytes }: DiskMap, { start, length }: Extent): DiskMap {
  const end = start + length;
  const within: Segment[] = [];
  for (let index = firstEndingAfter(segments, start); index < segments.length && segments[index]!.start < end; index++) {
    const segment = segments[index]!;
    const from = Math.max(segment.start, start);
    within.push({ start: from, length: Math.min(segment.start + segment.length, end) - from, offset: segment.offset + from - segment.start });
  }
  return { file, virtualBytes, segments: within, dataBytes: within.reduce((sum, segment) => sum + segment.length, 0) };
}

/** A disk that consists of some extents of another, one after the other. */
export function packedDisk(map: DiskMap, extents: readonly Extent[]): DiskMap {
  const segments: Segment[] = [];
  let packed = 0;
  let dataBytes = 0;
  for (const extent of extents) {
    const window = diskWindow(map, extent);
    for (const { start, length, offset } of window.segments) segments.push({ start: packed + start - extent.start, length, offset });
    packed += extent.length;
    dataBytes += window.dataBytes;
  }
  return { file: map.file, virtualBytes: packed, segments, dataBytes };
}
