import type { TreeEntry } from "#providers/shared/file-tree/file-tree";

/** An inode as the disk has it. */
export interface Inode {
  readonly number: number;
  /** undefined: of no type that exists. */
  readonly type: TreeEntry["type"] | undefined;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly links: number;
  /** The 60 bytes that hold block numbers, the root of the extent tree, a short link, a device, or a small file. */
  readonly block: Buffer;
  readonly extents: boolean;
  /** The content lies within the inode. */
  readonly inline: boolean;
  readonly encrypted: boolean;
  /** Block of its extended attributes; 0 for none. */
  readonly attributeBlock: number;
  /** What follows the inode's fields: more extended attributes. */
  readonly rest: Buffer;
}

const flags = { encrypt: 0x800, extents: 0x80000, inline: 0x10000000 };
const oldBytes = 128;
const types: Readonly<Record<number, TreeEntry["type"]>> = { 0x1: "fifo", 0x2: "character", 0x4: "directory", 0x6: "block", 0x8: "file", 0xa: "link", 0xc: "socket" };

/** Reads an inode from its bytes in the table. */
export function parseInode(number: number, raw: Buffer): Inode {
  const mode = raw.readUInt16LE(0x0);
  const flag = raw.readUInt32LE(0x20);
  const extra = raw.length > oldBytes ? raw.readUInt16LE(0x80) : 0;
  return {
    number,
    type: types[mode >> 12],
    mode: mode & 0o7777,
    uid: raw.readUInt16LE(0x2) + raw.readUInt16LE(0x78) * 2 ** 16,
    gid: raw.readUInt16LE(0x18) + raw.readUInt16LE(0x7a) * 2 ** 16,
    size: raw.readUInt32LE(0x4) + raw.readUInt32LE(0x6c) * 2 ** 32,
    // two more bits of the seconds came with larger inodes: the year 2038 is no end
    mtime: raw.readInt32LE(0x10) + (extra >= 12 ? (raw.readUInt32LE(0x88) & 3) * 2 ** 32 : 0),
    links: raw.readUInt16LE(0x1a),
    block: raw.subarray(0x28, 0x64),
    extents: (flag & flags.extents) !== 0,
    inline: (flag & flags.inline) !== 0,
    encrypted: (flag & flags.encrypt) !== 0,
    attributeBlock: raw.readUInt32LE(0x68) + raw.readUInt16LE(0x76) * 2 ** 32,
    rest: raw.subarray(Math.min(oldBytes + extra, raw.length)),
  };
}

/** Major and minor number of a device: two forms, the older one has eight bits for each. */
export function deviceOf({ block }: Inode): { major: number; minor: number } {
  const old = block.readUInt32LE(0);
  if (old !== 0) return { major: (old >> 8) & 0xff, minor: old & 0xff };
  const wide = block.readUInt32LE(4);
  return { major: (wide >>> 8) & 0xfff, minor: (wide & 0xff) | ((wide >>> 12) & 0xfff00) };
}
