/** A range of a disk as its guest sees it, in bytes. */
export interface Extent {
  readonly start: number;
  readonly length: number;
}

/** A range of the disk and where its bytes lie in the file. */
export interface Segment extends Extent {
  readonly offset: number;
}

/**
 * Where a disk's data lies: worked out once (`qemu-img map`), then shared, also with worker threads: plain data. What is in
 * no segment is a hole, reads as zeros and is never read.
 */
export interface DiskMap {
  /** Path of the file that holds the bytes: the store's qcow2 itself, or a raw copy where its clusters are compressed. */
  readonly file: string;
  /** Size of the disk as the guest sees it. */
  readonly virtualBytes: number;
  /** Ascending, without overlap; neighbours in the disk that are neighbours in the file are one. */
  readonly segments: readonly Segment[];
  /** Sum of the segments' lengths. */
  readonly dataBytes: number;
}

/** Reads a mapped disk. Opened with `openDisk(map)`, in any thread. */
export interface Disk {
  readonly map: DiskMap;
  /** Fills the buffer from a position of the disk; holes and what lies beyond the end are zeros. */
  read(buffer: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}
