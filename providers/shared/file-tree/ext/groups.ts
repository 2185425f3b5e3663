import type { Superblock } from "#providers/shared/file-tree/ext/superblock";
import type { Volume } from "#providers/shared/file-tree/volume";

/** Where a block group keeps its tables, in blocks. */
export interface Group {
  readonly first: number;
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  /** Its block bitmap was never written: all that is no table is free. */
  readonly blocksUnused: boolean;
}

const blocksUnusedFlag = 0x2;

/** Reads the descriptors of all groups. */
export async function readGroups(volume: Volume, superblock: Superblock): Promise<Group[]> {
  const { blockBytes, descriptorBytes, groups: count } = superblock;
  const perBlock = blockBytes / descriptorBytes;
  const groups: Group[] = [];
  for (let block = 0; block * perBlock < count; block++) {
    const raw = await volume.read(descriptorBlock(superblock, block, perBlock) * blockBytes, blockBytes);
    for (let index = 0; index < perBlock && groups.length < count; index++) {
      groups.push(readGroup(superblock, groups.length, raw.subarray(index * descriptorBytes, (index + 1) * descriptorBytes)));
    }
  }
  return groups;
}

export function firstBlockOf({ firstBlock, blocksPerGroup }: Superblock, group: number): number {
  return firstBlock + group * blocksPerGroup;
}

/** Whether a group begins with a copy of the superblock. */
export function hasCopy({ backups, sparseCopies }: Superblock, group: number): boolean {
  if (group === 0) return true;
  if (backups) return backups.includes(group);
  return !sparseCopies || group === 1 || [3, 5, 7].some((base) => isPower(group, base));
}

/** Blocks that the superblock's copy and the descriptors take at a group's beginning. */
export function headBlocks(superblock: Superblock, group: number): number {
  const perBlock = superblock.blockBytes / superblock.descriptorBytes;
  const copy = hasCopy(superblock, group) ? 1 : 0;
  const metaBlock = Math.floor(group / perBlock);
  if (metaBlock >= superblock.firstMetaBlock) {
    const place = group % perBlock;
    return copy + (place === 0 || place === 1 || place === perBlock - 1 ? 1 : 0);
  }
  const descriptors = Math.min(Math.ceil(superblock.groups / perBlock), superblock.firstMetaBlock);
  return copy === 0 ? 0 : copy + descriptors + superblock.reservedDescriptorBlocks;
}

function descriptorBlock(superblock: Superblock, block: number, perBlock: number): number {
  if (block < superblock.firstMetaBlock) return superblock.firstBlock + 1 + block;
  const group = block * perBlock;
  return firstBlockOf(superblock, group) + (hasCopy(superblock, group) ? 1 : 0);
}

function readGroup(superblock: Superblock, index: number, raw: Buffer): Group {
  const wide = superblock.descriptorBytes >= 64;
  const at = (low: number, high: number) => raw.readUInt32LE(low) + (wide ? raw.readUInt32LE(high) * 2 ** 32 : 0);
  return {
    first: firstBlockOf(superblock, index),
    blockBitmap: at(0x0, 0x20),
    inodeBitmap: at(0x4, 0x24),
    inodeTable: at(0x8, 0x28),
    blocksUnused: superblock.lazyGroups && (raw.readUInt16LE(0x12) & blocksUnusedFlag) !== 0,
  };
}

function isPower(value: number, base: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}
