import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { blockBytes, pieceBytes, type Extent } from "#providers/page-blob/pieces";
import type { ReadReply, ReadRequest, Run } from "#providers/page-blob/piece-worker";

/** A piece in memory. */
export interface Piece {
  readonly buffer: ArrayBuffer;
  readonly runs: readonly Run[];
}

interface Waiting {
  readonly resolve: (piece: Piece) => void;
  readonly reject: (error: Error) => void;
}

/** One hashes about 600 MiB/s with MD5, less than a service takes; a third would find no work. */
const mostWorkers = 2;

/** Reads and hashes the pieces of a file beside the event loop. */
export class PieceReader {
  private readonly desks: readonly Desk[];
  /** Buffers that were sent and came back: a piece is 4 MiB, and the collector is in no hurry. */
  private readonly spare: ArrayBuffer[] = [];

  constructor(path: string) {
    this.desks = Array.from({ length: Math.min(mostWorkers, availableParallelism()) }, () => new Desk(path));
  }

  async read({ offset, length }: Extent): Promise<Piece> {
    const desk = this.desks.reduce((least, one) => (one.load < least.load ? one : least));
    return desk.ask({ offset, length, block: blockBytes, buffer: this.spare.pop() ?? new ArrayBuffer(pieceBytes) });
  }

  /** Its memory is used again; nobody else may look at it any more. */
  release({ buffer }: Piece): void {
    this.spare.push(buffer);
  }

  async close(): Promise<void> {
    await Promise.all(this.desks.map((desk) => desk.close()));
  }
}

/** A worker, and who waits for it. */
class Desk {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private broken: Error | undefined;

  constructor(path: string) {
    this.worker = new Worker(new URL("./piece-worker.ts", import.meta.url), { workerData: path, execArgv: [], env: {} });
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
      this.waiting.set(request.offset, { resolve, reject });
      this.worker.postMessage(request, [request.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private answer(reply: ReadReply): void {
    const waiting = this.waiting.get(reply.offset);
    this.waiting.delete(reply.offset);
    if ("problem" in reply) waiting?.reject(new Error(reply.problem));
    else waiting?.resolve(reply);
  }

  private fail(error: Error): void {
    this.broken ??= error;
    for (const { reject } of this.waiting.values()) reject(this.broken);
    this.waiting.clear();
  }
}
