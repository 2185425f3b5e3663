import { content } from "#providers/shared/file-tree/ext/content";
import { readDirectory } from "#providers/shared/file-tree/ext/directory";
import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";
import { deviceOf, type Inode } from "#providers/shared/file-tree/ext/inode";
import type { TreeEntry } from "#providers/shared/file-tree/file-tree";
import { nameText } from "#providers/shared/file-tree/file-name";

const rootInode = 2;
/** The longest target that a link may have. */
const longestTarget = 4096;
/** Below this a link's target lies within the inode. */
const fastTarget = 60;

/** Every name of the file system, parents before children. */
export async function walk(volume: ExtVolume): Promise<Map<string, TreeEntry>> {
  const root = await volume.inode(rootInode);
  if (root.type !== "directory") throw volume.damaged(rootInode, "the root is no directory");
  const entries = new Map<string, TreeEntry>();
  await new Walk(volume, entries).visit("/", root);
  return entries;
}

class Walk {
  private readonly volume: ExtVolume;
  private readonly entries: Map<string, TreeEntry>;
  private readonly directories = new Set<number>();
  private bytes = 0;

  constructor(volume: ExtVolume, entries: Map<string, TreeEntry>) {
    this.volume = volume;
    this.entries = entries;
  }

  async visit(path: string, inode: Inode): Promise<void> {
    this.entries.set(path, await entryOf(this.volume, path, inode));
    if (inode.type !== "directory") return;
    this.refuseLoop(path, inode);
    const prefix = path === "/" ? "/" : `${path}/`;
    for (const { name, inode: number } of await readDirectory(this.volume, inode)) await this.visit(prefix + name, await this.volume.inode(number));
  }

  /** A directory has one name, and all of them together fit into the file system: a damaged one ends here, not in memory. */
  private refuseLoop(path: string, { number, size, encrypted }: Inode): void {
    const { blocks, blockBytes } = this.volume.superblock;
    this.bytes += size;
    if (encrypted) throw this.volume.fault(`${path} is encrypted, which is not supported`, "leave it out of the image");
    if (this.directories.has(number) || this.bytes > blocks * blockBytes) throw this.volume.damaged(number, `the directory ${path} is part of itself, or too large`);
    this.directories.add(number);
  }
}

async function entryOf(volume: ExtVolume, path: string, inode: Inode): Promise<TreeEntry> {
  const { type, mode, uid, gid, size, mtime, links, number } = inode;
  if (type === undefined || links === 0) throw volume.damaged(number, `${path} is not in use`);
  const entry = { path, type, mode, uid, gid, size, mtime, inode: number, links };
  if (type === "link") return { ...entry, target: await targetOf(volume, path, inode) };
  if (type === "character" || type === "block") return { ...entry, device: deviceOf(inode) };
  return entry;
}

async function targetOf(volume: ExtVolume, path: string, inode: Inode): Promise<string> {
  if (inode.size > longestTarget) throw volume.damaged(inode.number, `the link ${path} is too long`);
  const fast = inode.size < fastTarget && !inode.extents && !inode.inline;
  return nameText(fast ? Buffer.from(inode.block.subarray(0, inode.size)) : await content(volume, inode));
}
