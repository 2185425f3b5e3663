/** What one name in an image's file system is. */
export interface TreeEntry {
  /** Absolute, without a slash at its end: `/etc/passwd`; the root is `/`. */
  readonly path: string;
  readonly type: "file" | "directory" | "link" | "character" | "block" | "fifo" | "socket";
  /** The twelve permission bits, set-user-ID and sticky included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes; of a link, the length of its target. */
  readonly size: number;
  /** Seconds since 1970, UTC. */
  readonly mtime: number;
  /** Equal for hard links of one file. */
  readonly inode: number;
  /** Number of hard links. */
  readonly links: number;
  /** Of a link. */
  readonly target?: string;
  /** Of a device. */
  readonly device?: { readonly major: number; readonly minor: number };
}

/** A range of the disk in bytes that belongs to no file. */
export interface FreeRange {
  readonly start: number;
  readonly length: number;
}

/** An image's root file system, read without root and without mounting it. */
export interface FileTree {
  /** `ext4`, ... */
  readonly kind: string;
  /** Every name, parents before children, names of a directory in code-unit order. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** The entry that a path leads to, links of the image followed within the image. undefined: nothing is there. */
  resolve(path: string): TreeEntry | undefined;
  /** Bytes of a file, links followed; undefined when there is no such file. @param most Reads no more than this. */
  read(path: string, most?: number): Promise<Buffer | undefined>;
  /** The same as UTF-8 text. */
  text(path: string): Promise<string | undefined>;
  /** Bytes of a file in pieces, for what is too large to hold. */
  stream(entry: TreeEntry): AsyncIterable<Buffer>;
  /** Extended attributes by full name (`security.capability`). */
  attributes(entry: TreeEntry): Promise<ReadonlyMap<string, Buffer>>;
  /** What the file system holds free, as ranges of the disk, ascending. */
  freeRanges(): Promise<readonly FreeRange[]>;
  close(): Promise<void>;
}
