import { hash } from "node:crypto";
import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { blockBytes } from "#providers/ebs-snapshot/blocks/block";

export interface ReadBlockTask {
  readonly path: string;
  readonly position: number;
  /** Where the bytes go; a disk that ends within the block leaves the rest zero. */
  readonly room: SharedArrayBuffer;
  /** False where the digest is known already. */
  readonly hashed: boolean;
}

/** `zero` where there is nothing but zeros; `unhashed` where no digest was asked for. */
export type ReadBlockResult = Uint8Array | "zero" | "unhashed";

const mostThreads = 4;
/** What it takes besides hashing, as a part of it. */
const readingAndRest = 0.8;
/** The bytes are in shared memory; a worker's own heap holds next to nothing. In MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/** Reads and hashes the blocks of one file in worker threads. To be closed. */
export class BlockReader {
  private readonly path: string;
  private readonly pool: Piscina<ReadBlockTask, ReadBlockResult>;

  /** @param threads At most so many, however many cores there are. */
  constructor(path: string, threads = mostThreads) {
    this.path = path;
    // Our own flags and environment are none of the workers' business.
    const filename = new URL("./read-block-worker.mjs", import.meta.url).href;
    this.pool = new Piscina({ filename, name: "readBlock", minThreads: 1, maxThreads: Math.min(threads, mostThreads, availableParallelism()), resourceLimits, execArgv: [], env: {} });
  }

  /**
   * Fills `room` with a block.
   * @param known Its digest, if that is known: then it is not hashed again.
   * @returns its digest; undefined where it is all zeros
   */
  read(index: number, room: SharedArrayBuffer, known?: Uint8Array): Promise<Uint8Array | undefined> {
    return this.readAt(index * blockBytes, room, known);
  }

  /** The same for any part of the file, as long as the room. */
  async readAt(position: number, room: SharedArrayBuffer, known?: Uint8Array): Promise<Uint8Array | undefined> {
    const result = await this.pool.run({ path: this.path, position, room, hashed: known === undefined });
    return result === "zero" ? undefined : result === "unhashed" ? known : result;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

/** Threads that read and hash so many blocks a second on this machine: on most, one does for all that a service takes. */
export function threadsFor(blocksPerSecond: number): number {
  const block = new Uint8Array(blockBytes);
  const milliseconds = Math.min(...Array.from({ length: 3 }, () => {
    const started = performance.now();
    hash("sha256", block);
    return performance.now() - started;
  }));
  return Math.ceil((blocksPerSecond * milliseconds * (1 + readingAndRest)) / 1000);
}

/** Where a block is put. The next one may take its place once nothing reads it any more. */
export function roomForBlock(): SharedArrayBuffer {
  return new SharedArrayBuffer(blockBytes);
}
