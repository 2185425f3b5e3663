import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";
import { headBlocks, type Group } from "#providers/shared/file-tree/ext/groups";
import type { FreeRange } from "#providers/shared/file-tree/file-tree";

/** The blocks that belong to no file and no table, as ranges of the disk in bytes, ascending, neighbours joined. */
export async function freeBlocks(volume: ExtVolume): Promise<FreeRange[]> {
  const { superblock, groups, start } = volume;
  const { blockBytes, blocksPerGroup, blocks } = superblock;
  const tables = tableBlocks(volume);
  const ranges: { start: number; length: number }[] = [];
  for (const [index, group] of groups.entries()) {
    const used = group.blocksUnused ? unwritten(volume, index, tables) : await volume.block(group.blockBitmap);
    const count = Math.min(blocksPerGroup, blocks - group.first);
    for (let bit = 0; bit < count; ) {
      if (isSet(used, bit)) { bit++; continue; }
      const from = bit;
      while (bit < count && !isSet(used, bit)) bit++;
      const at = start + (group.first + from) * blockBytes;
      const last = ranges.at(-1);
      if (last && last.start + last.length === at) last.length += (bit - from) * blockBytes;
      else ranges.push({ start: at, length: (bit - from) * blockBytes });
    }
  }
  return ranges;
}

/** Bitmaps and inode tables by the group whose blocks they take: not always the group that they describe (flex_bg). */
function tableBlocks({ superblock, groups }: ExtVolume): ReadonlyMap<number, { at: number; count: number }[]> {
  const { firstBlock, blocksPerGroup, inodesPerGroup, inodeBytes, blockBytes } = superblock;
  const tableCount = Math.ceil((inodesPerGroup * inodeBytes) / blockBytes);
  const found = new Map<number, { at: number; count: number }[]>();
  const note = (at: number, count: number): void => {
    for (let left = count, block = at; left > 0; ) {
      const group = Math.floor((block - firstBlock) / blocksPerGroup);
      const within = (block - firstBlock) % blocksPerGroup;
      const here = Math.min(left, blocksPerGroup - within);
      found.set(group, [...(found.get(group) ?? []), { at: within, count: here }]);
      block += here;
      left -= here;
    }
  };
  groups.forEach(({ blockBitmap, inodeBitmap, inodeTable }: Group) => { note(blockBitmap, 1); note(inodeBitmap, 1); note(inodeTable, tableCount); });
  return found;
}

/** The bitmap that a group would have that never had one. */
function unwritten({ superblock }: ExtVolume, index: number, tables: ReadonlyMap<number, { at: number; count: number }[]>): Buffer {
  const used = Buffer.alloc(superblock.blockBytes);
  for (const { at, count } of [{ at: 0, count: headBlocks(superblock, index) }, ...(tables.get(index) ?? [])]) {
    for (let bit = at; bit < at + count; bit++) used[bit >> 3] = (used[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return used;
}

function isSet(bitmap: Buffer, bit: number): boolean {
  return (((bitmap[bit >> 3] ?? 0xff) >> (bit & 7)) & 1) === 1;
}
