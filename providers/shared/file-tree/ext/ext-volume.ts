import type { FleetError } from "#model/errors";
import { readGroups, type Group } from "#providers/shared/file-tree/ext/groups";
import { parseInode, type Inode } from "#providers/shared/file-tree/ext/inode";
import { readSuperblock, type Superblock } from "#providers/shared/file-tree/ext/superblock";
import type { Volume } from "#providers/shared/file-tree/volume";

/** Inodes are read in pieces of this size: neighbours in a directory are mostly neighbours in the table. */
const chunkBytes = 64 * 1024;
/** Pieces that are kept: 16 MiB. */
const keptChunks = 256;

/** An ext file system as blocks and inodes. */
export class ExtVolume {
  readonly superblock: Superblock;
  readonly groups: readonly Group[];
  private readonly volume: Volume;
  private readonly chunks = new Map<number, Promise<Buffer>>();

  private constructor(volume: Volume, superblock: Superblock, groups: readonly Group[]) {
    this.volume = volume;
    this.superblock = superblock;
    this.groups = groups;
  }

  static async open(volume: Volume): Promise<ExtVolume> {
    const superblock = await readSuperblock(volume);
    return new ExtVolume(volume, superblock, await readGroups(volume, superblock));
  }

  /** Where the file system begins on the disk, in bytes. */
  get start(): number {
    return this.volume.place.start;
  }

  async block(at: number): Promise<Buffer> {
    return this.blocks(at, 1);
  }

  async blocks(at: number, count: number): Promise<Buffer> {
    this.checkBlocks(at, count);
    return this.volume.read(at * this.superblock.blockBytes, count * this.superblock.blockBytes);
  }

  checkBlocks(at: number, count: number): void {
    if (at < this.superblock.firstBlock || at + count > this.superblock.blocks) throw this.volume.fault(`its file system has no blocks ${at} to ${at + count - 1}`);
  }

  async inode(number: number): Promise<Inode> {
    const { inodes, inodesPerGroup, inodeBytes, blockBytes } = this.superblock;
    const group = this.groups[Math.floor((number - 1) / inodesPerGroup)];
    if (number < 1 || number > inodes || !group) throw this.damaged(number, "there is no such inode");
    const position = group.inodeTable * blockBytes + ((number - 1) % inodesPerGroup) * inodeBytes;
    const chunk = await this.chunk(Math.floor(position / chunkBytes));
    const within = position % chunkBytes;
    return parseInode(number, chunk.subarray(within, within + inodeBytes));
  }

  damaged(inode: number, cause: string): FleetError {
    return this.volume.fault(`inode ${inode}: ${cause}`);
  }

  fault(cause: string, hint?: string): FleetError {
    return this.volume.fault(cause, hint);
  }

  private chunk(index: number): Promise<Buffer> {
    const kept = this.chunks.get(index);
    if (kept) return kept;
    const position = index * chunkBytes;
    const reading = this.volume.read(position, Math.max(0, Math.min(chunkBytes, this.volume.place.length - position)));
    this.chunks.set(index, reading);
    const oldest = this.chunks.keys().next();
    if (this.chunks.size > keptChunks && !oldest.done) this.chunks.delete(oldest.value);
    return reading;
  }
}
