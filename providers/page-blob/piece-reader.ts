import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { blockBytes, pieceBytes, type Extent } from "#providers/page-blob/pieces";

/** A stretch of a piece that is not all zeros: where it begins in the piece, and in base64 its MD5. */
export interface Run {
  readonly start: number;
  readonly length: number;
  readonly md5: string;
}

/** A piece in memory. */
export interface Piece {
  readonly room: SharedArrayBuffer;
  readonly runs: readonly Run[];
}

/** What a worker is made for: a file, and the size of the blocks in which it looks for zeros. */
export interface ReadOrder {
  readonly path: string;
  readonly block: number;
}

export interface ReadRequest extends Extent {
  /** Where the bytes go. */
  readonly room: SharedArrayBuffer;
}

export type ReadReply = { readonly offset: number; readonly runs: readonly Run[] } | { readonly offset: number; readonly problem: string };

interface Waiting {
  readonly room: SharedArrayBuffer;
  readonly resolve: (piece: Piece) => void;
  readonly reject: (error: Error) => void;
}

/** One hashes about 600 MiB/s with MD5, less than a service takes; a third would find no work. */
const mostWorkers = 2;
/** The bytes are in shared memory; a worker's own heap holds next to nothing. In MiB. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/** Reads and hashes the pieces of a file beside the event loop. */
export class PieceReader {
  private readonly desks: readonly Desk[];
  /** Of pieces that were sent: 4 MiB each, and the collector is in no hurry. Shared, they belong to no thread, and none has to give them back. */
  private readonly rooms: SharedArrayBuffer[] = [];

  constructor(path: string) {
    this.desks = Array.from({ length: Math.min(mostWorkers, availableParallelism()) }, () => new Desk(path));
  }

  async read({ offset, length }: Extent): Promise<Piece> {
    const desk = this.desks.reduce((least, one) => (one.load < least.load ? one : least));
    return desk.ask({ offset, length, room: this.rooms.pop() ?? new SharedArrayBuffer(pieceBytes) });
  }

  /** Its memory is used again; nobody else may look at it any more. */
  release({ room }: Piece): void {
    this.rooms.push(room);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.desks.map((desk) => desk.close()));
  }
}

/** A worker, and who waits for it. */
class Desk {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private broken: Error | undefined;

  constructor(path: string) {
    this.worker = new Worker(new URL("./piece-worker.mjs", import.meta.url), { workerData: { path, block: blockBytes } satisfies ReadOrder, resourceLimits, execArgv: [], env: {} });
    this.worker.on("message", (reply: ReadReply) => this.answer(reply));
    this.worker.on("error", (error: Error) => this.fail(error));
    this.worker.on("exit", () => this.fail(new Error(`the worker that reads ${path} ended early`)));
  }

  get load(): number {
    return this.waiting.size;
  }

  ask(request: ReadRequest): Promise<Piece> {
    return new Promise((resolve, reject) => {
      if (this.broken) return reject(this.broken);
      this.waiting.set(request.offset, { room: request.room, resolve, reject });
      this.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(reply: ReadReply): void {
    const waiting = this.waiting.get(reply.offset);
    this.waiting.delete(reply.offset);
    if ("problem" in reply) waiting?.reject(new Error(reply.problem));
    else waiting?.resolve({ room: waiting.room, runs: reply.runs });
  }

  private fail(error: Error): void {
    this.broken ??= error;
    for (const { reject } of this.waiting.values()) reject(this.broken);
    this.waiting.clear();
  }
}
