import { dataBlocks } from "#providers/shared/disk/data-blocks";
import type { DataExtent } from "#providers/shared/extents";
import { blockBytes } from "#providers/ebs-snapshot/blocks/block";

/** Indexes of the blocks that touch data, ascending. All others are zeros, and are neither read nor sent. */
export function plannedBlocks(extents: readonly DataExtent[], bytes: number): number[] {
  const segments = extents.map(({ offset, length }) => ({ start: offset, length, offset }));
  const map = { file: "", virtualBytes: bytes, segments, dataBytes: 0 };
  return Array.from(dataBlocks(map, blockBytes), ({ start }) => start / blockBytes);
}
