import type { Volume } from "#providers/shared/file-tree/volume";

/** What an ext2, ext3 or ext4 file system says about itself. Sizes in blocks unless they say bytes. */
export interface Superblock {
  readonly kind: "ext2" | "ext3" | "ext4";
  readonly blockBytes: number;
  readonly blocks: number;
  readonly firstBlock: number;
  readonly blocksPerGroup: number;
  readonly groups: number;
  readonly inodes: number;
  readonly inodesPerGroup: number;
  readonly inodeBytes: number;
  readonly descriptorBytes: number;
  readonly reservedDescriptorBlocks: number;
  readonly journalInode: number;
  /** First block of descriptors that lies in its own group (meta_bg); Infinity without that feature. */
  readonly firstMetaBlock: number;
  /** Groups that hold a copy of the superblock, where only two do (sparse_super2). */
  readonly backups?: readonly number[];
  readonly sparseCopies: boolean;
  /** Groups may be marked as never used; without checksums the marks mean nothing. */
  readonly lazyGroups: boolean;
  readonly needsRecovery: boolean;
}

const place = { offset: 1024, bytes: 1024 };
const compat = { journal: 0x4, sparseSuper2: 0x200 };
const incompat = { recover: 0x4, metaBg: 0x10, extents: 0x40, wide: 0x80, flexBg: 0x200 };
const readOnly = { sparseSuper: 0x1, groupChecksum: 0x10, bigalloc: 0x200, metadataChecksum: 0x400 };

/** Features without which a reader must not read, by bit. Those that are not in `understood` are refused by these names. */
const names: Readonly<Record<number, string>> = {
  0x1: "compression", 0x8: "journal_dev", 0x1000: "dirdata", 0x10000: "encrypt",
};
/** filetype, recover, meta_bg, extents, 64bit, mmp, flex_bg, ea_inode, csum_seed, large_dir, inline_data, casefold */
const understood = 0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x20000;

/** Reads and checks the superblock, so that all that is worked out from it stays within the volume. */
export async function readSuperblock(volume: Volume): Promise<Superblock> {
  const raw = await volume.read(place.offset, place.bytes);
  const old = raw.readUInt32LE(0x4c) === 0;
  const [has, must, may] = [raw.readUInt32LE(0x5c), old ? 0 : raw.readUInt32LE(0x60), raw.readUInt32LE(0x64)];
  refuseFeatures(volume, must, may);
  const blockBytes = 1024 << Math.min(raw.readUInt32LE(0x18), 20);
  const wide = (must & incompat.wide) !== 0;
  const blocks = raw.readUInt32LE(0x4) + (wide ? raw.readUInt32LE(0x150) * 2 ** 32 : 0);
  const firstBlock = raw.readUInt32LE(0x14);
  const blocksPerGroup = raw.readUInt32LE(0x20);
  const superblock: Superblock = {
    kind: must & (incompat.extents | incompat.wide | incompat.flexBg) ? "ext4" : has & compat.journal ? "ext3" : "ext2",
    blockBytes, blocks, firstBlock, blocksPerGroup,
    groups: Math.ceil((blocks - firstBlock) / blocksPerGroup),
    inodes: raw.readUInt32LE(0x0),
    inodesPerGroup: raw.readUInt32LE(0x28),
    inodeBytes: old ? 128 : raw.readUInt16LE(0x58),
    descriptorBytes: wide ? raw.readUInt16LE(0xfe) : 32,
    reservedDescriptorBlocks: raw.readUInt16LE(0xce),
    journalInode: has & compat.journal ? raw.readUInt32LE(0xe0) : 0,
    firstMetaBlock: must & incompat.metaBg ? raw.readUInt32LE(0x104) : Infinity,
    backups: has & compat.sparseSuper2 ? [raw.readUInt32LE(0x24c), raw.readUInt32LE(0x250)] : undefined,
    sparseCopies: (may & readOnly.sparseSuper) !== 0,
    lazyGroups: (may & (readOnly.groupChecksum | readOnly.metadataChecksum)) !== 0,
    needsRecovery: (must & incompat.recover) !== 0,
  };
  check(volume, superblock);
  return superblock;
}

function refuseFeatures(volume: Volume, must: number, may: number): void {
  const unknown = must & ~understood;
  const refused = Array.from({ length: 32 }, (_, bit) => 2 ** bit).filter((bit) => Math.floor(unknown / bit) & 1).map((bit) => names[bit] ?? `0x${bit.toString(16)}`);
  if (may & readOnly.bigalloc) refused.push("bigalloc");
  if (refused.length === 0) return;
  throw volume.fault(`its ext4 file system uses ${refused.join(", ")}, which is not supported`, `make the file system without it: mke2fs -O ${refused.map((name) => `^${name}`).join(",")}`);
}

function check(volume: Volume, { blockBytes, blocks, firstBlock, blocksPerGroup, inodes, inodesPerGroup, inodeBytes, descriptorBytes, groups }: Superblock): void {
  const powers = [inodeBytes, descriptorBytes].every((size) => size > 0 && (size & (size - 1)) === 0);
  const sound = blockBytes <= 65536 && blocks > firstBlock && firstBlock <= 1 && blocksPerGroup >= 8 && blocksPerGroup <= blockBytes * 8 && powers
    && inodeBytes >= 128 && inodeBytes <= blockBytes && descriptorBytes >= 32 && descriptorBytes <= 1024 && inodesPerGroup > 0 && inodesPerGroup <= blockBytes * 8 && inodes <= groups * inodesPerGroup;
  if (!sound) throw volume.fault("the superblock of its file system makes no sense");
  if (blocks * blockBytes > volume.place.length) throw volume.fault(`its file system has ${blocks * blockBytes} bytes, the partition ${volume.place.length}: the disk is cut off`);
}
