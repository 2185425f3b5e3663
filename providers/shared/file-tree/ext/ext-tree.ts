import type { Disk } from "#providers/shared/disk/disk";
import { readAttributes } from "#providers/shared/file-tree/ext/attributes";
import { content, pieces } from "#providers/shared/file-tree/ext/content";
import { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";
import { freeBlocks } from "#providers/shared/file-tree/ext/free-blocks";
import { refuseDirty } from "#providers/shared/file-tree/ext/journal";
import { walk } from "#providers/shared/file-tree/ext/walk";
import type { FileTree, FreeRange, TreeEntry } from "#providers/shared/file-tree/file-tree";
import { resolvePath } from "#providers/shared/file-tree/resolve-path";
import type { Volume } from "#providers/shared/file-tree/volume";

/** A larger file is not held in memory at once. */
const mostAtOnce = 512 * 1024 * 1024;

/** The files of an ext2, ext3 or ext4 file system, strictly read only. */
export class ExtTree implements FileTree {
  readonly kind: string;
  readonly entries: ReadonlyMap<string, TreeEntry>;
  private readonly volume: ExtVolume;
  private readonly disk: Disk;
  private free: Promise<FreeRange[]> | undefined;

  private constructor(disk: Disk, volume: ExtVolume, entries: ReadonlyMap<string, TreeEntry>) {
    this.disk = disk;
    this.volume = volume;
    this.kind = volume.superblock.kind;
    this.entries = entries;
  }

  /** Reads the tables and every name. */
  static async open(disk: Disk, volume: Volume): Promise<ExtTree> {
    const ext = await ExtVolume.open(volume);
    await refuseDirty(ext);
    return new ExtTree(disk, ext, await walk(ext));
  }

  resolve(path: string): TreeEntry | undefined {
    return resolvePath(this.entries, path);
  }

  async read(path: string, most?: number): Promise<Buffer | undefined> {
    const entry = this.resolve(path);
    if (entry?.type !== "file") return undefined;
    const wanted = Math.min(entry.size, most ?? Infinity);
    if (wanted > mostAtOnce) throw this.volume.fault(`${path} has ${entry.size} bytes, too many to hold at once`, "remove it from the image");
    return content(this.volume, await this.volume.inode(entry.inode), wanted);
  }

  async text(path: string): Promise<string | undefined> {
    return (await this.read(path))?.toString("utf8");
  }

  async *stream(entry: TreeEntry): AsyncGenerator<Buffer, void, undefined> {
    yield* pieces(this.volume, await this.volume.inode(entry.inode));
  }

  async attributes(entry: TreeEntry): Promise<ReadonlyMap<string, Buffer>> {
    const found = await readAttributes(this.volume, await this.volume.inode(entry.inode));
    found.delete("system.data"); // a part of the content, see inlineContent
    return found;
  }

  freeRanges(): Promise<readonly FreeRange[]> {
    return (this.free ??= freeBlocks(this.volume));
  }

  close(): Promise<void> {
    return this.disk.close();
  }
}
