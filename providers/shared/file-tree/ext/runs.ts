import type { Inode } from "#providers/shared/file-tree/ext/inode";
import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";

/** Blocks that follow each other in a file and on the disk. */
export interface Run {
  /** First block within the file. */
  readonly from: number;
  /** First block on the disk. */
  readonly at: number;
  readonly count: number;
}

const headerBytes = 12;
const magic = 0xf30a;
const mostDepth = 5;
/** A longer extent is one of reserved blocks that were never written: zeros. */
const longest = 32768;

/** Where a file's content lies, ascending; what is in no run is zeros. */
export async function runsOf(volume: ExtVolume, inode: Inode): Promise<Run[]> {
  const runs = new RunList(volume, inode);
  if (inode.extents) await extents(volume, inode, inode.block, undefined, runs);
  else await blockMap(volume, inode, runs);
  return runs.list;
}

/** Gathers runs and joins neighbours. A file has each table once, and no more blocks than its file system: that ends what a loop would begin. */
class RunList {
  readonly list: Run[] = [];
  private readonly tables = new Set<number>();
  private readonly volume: ExtVolume;
  private readonly inode: Inode;
  private blocks = 0;

  constructor(volume: ExtVolume, inode: Inode) {
    this.volume = volume;
    this.inode = inode;
  }

  /** Reads a block of the file's own tables. */
  async table(at: number): Promise<Buffer> {
    if (this.tables.has(at)) throw this.volume.damaged(this.inode.number, "its tables form a loop");
    this.tables.add(at);
    return this.volume.block(at);
  }

  add(from: number, at: number, count: number): void {
    const last = this.list.at(-1);
    this.volume.checkBlocks(at, count);
    this.blocks += count;
    const end = last ? last.from + last.count : 0;
    if (from < end || this.blocks > this.volume.superblock.blocks) throw this.volume.damaged(this.inode.number, "its blocks overlap");
    if (last && end === from && last.at + last.count === at) this.list[this.list.length - 1] = { ...last, count: last.count + count };
    else this.list.push({ from, at, count });
  }
}

async function extents(volume: ExtVolume, inode: Inode, node: Buffer, above: number | undefined, runs: RunList): Promise<void> {
  const entries = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  const sound = node.readUInt16LE(0) === magic && headerBytes * (entries + 1) <= node.length && (above === undefined ? depth <= mostDepth : depth === above - 1);
  if (!sound) throw volume.damaged(inode.number, "its extent tree makes no sense");
  let last = -1;
  for (let entry = headerBytes; entry < headerBytes * (entries + 1); entry += headerBytes) {
    const from = node.readUInt32LE(entry);
    if (from <= last) throw volume.damaged(inode.number, "its extents are out of order");
    last = from;
    if (depth > 0) {
      await extents(volume, inode, await runs.table(node.readUInt32LE(entry + 4) + node.readUInt16LE(entry + 8) * 2 ** 32), depth, runs);
    } else {
      const count = node.readUInt16LE(entry + 4);
      if (count <= longest) runs.add(from, node.readUInt32LE(entry + 8) + node.readUInt16LE(entry + 6) * 2 ** 32, count);
    }
  }
}

const directBlocks = 12;

/** ext2 and ext3: twelve block numbers, then blocks of block numbers, one to three deep. */
async function blockMap(volume: ExtVolume, inode: Inode, runs: RunList): Promise<void> {
  const blocks = Math.ceil(inode.size / volume.superblock.blockBytes);
  const perBlock = volume.superblock.blockBytes / 4;
  const descend = async (table: Buffer, from: number, span: number): Promise<void> => {
    for (let index = 0; index * 4 < table.length && from + index * span < blocks; index++) {
      const at = table.readUInt32LE(index * 4);
      if (at === 0) continue;
      if (span === 1) runs.add(from + index, at, 1);
      else await descend(await runs.table(at), from + index * span, span / perBlock);
    }
  };
  await descend(inode.block.subarray(0, directBlocks * 4), 0, 1);
  let from = directBlocks;
  for (const [index, span] of [perBlock, perBlock ** 2, perBlock ** 3].entries()) {
    const slot = (directBlocks + index) * 4;
    if (from < blocks) await descend(inode.block.subarray(slot, slot + 4), from, span);
    from += span;
  }
}
