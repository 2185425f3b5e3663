import { Worker } from "node:worker_threads";
import { blockBytes, pieceBytes, type Extent } from "#providers/page-blob/pieces";
import type { ReadReply, Run } from "#providers/page-blob/piece-worker";

/** A piece in memory. */
export interface Piece {
  readonly buffer: ArrayBuffer;
  readonly runs: readonly Run[];
}

interface Waiting {
  readonly resolve: (piece: Piece) => void;
  readonly reject: (error: Error) => void;
}

/** Reads and hashes the pieces of a file beside the event loop. */
export class PieceReader {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private broken: Error | undefined;

  constructor(path: string) {
    this.worker = new Worker(new URL("./piece-worker.ts", import.meta.url), { workerData: { path, bytes: pieceBytes }, execArgv: [], env: {} });
    this.worker.on("message", (reply: ReadReply) => this.answer(reply));
    this.worker.on("error", (error: Error) => this.fail(error));
    this.worker.on("exit", () => this.fail(new Error(`the worker that reads ${path} ended early`)));
  }

  read({ offset, length }: Extent): Promise<Piece> {
    return new Promise((resolve, reject) => {
      if (this.broken) return reject(this.broken);
      this.waiting.set(offset, { resolve, reject });
      this.worker.postMessage({ offset, length, block: blockBytes });
    });
  }

  /** Its memory is used again; nobody else may look at it any more. */
  release({ buffer }: Piece): void {
    this.worker.postMessage({ buffer }, [buffer]);
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
