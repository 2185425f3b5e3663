import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import { blockBytes } from "#providers/ebs-snapshot/blocks/block";
import type { ReadBlockResult, ReadBlockTask } from "#providers/ebs-snapshot/blocks/read-block-worker";

const mostThreads = 4;
/** The bytes are in shared memory; a worker's own heap holds next to nothing. In MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/** Reads and hashes the blocks of one file in worker threads. To be closed. */
export class BlockReader {
  private readonly path: string;
  private readonly pool: Piscina<ReadBlockTask, ReadBlockResult>;

  constructor(path: string) {
    this.path = path;
    // Our own flags and environment are none of the workers' business.
    const filename = new URL("./read-block-worker.ts", import.meta.url).href;
    this.pool = new Piscina({ filename, name: "readBlock", minThreads: 1, maxThreads: Math.min(mostThreads, availableParallelism()), resourceLimits, execArgv: [], env: {} });
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

/** Where a block is put. The next one may take its place once nothing reads it any more. */
export function roomForBlock(): SharedArrayBuffer {
  return new SharedArrayBuffer(blockBytes);
}
