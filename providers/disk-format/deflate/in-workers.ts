import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type * as handlers from "#providers/disk-format/deflate/deflate-worker";
import type { DeflateTask, TaskWithRoom } from "#providers/disk-format/deflate/deflate-worker";

type Handlers = typeof handlers;
type Name = keyof Handlers;
type Result<N extends Name> = Awaited<ReturnType<Handlers[N]>>;

export interface WorkOptions {
  /** What a task reads, at most. */
  readonly taskBytes: number;
  readonly signal: AbortSignal;
}

/** Each takes some 45 MiB: with these, a conversion stays below 512. Other conversions want cores too. */
const mostThreads = 4;
/** Tasks of a thread that may be under way or wait to be written: where other programs want the cores too, the writer may get its turn late. */
const ahead = 4;
/** What cannot be compressed gets larger: by a sector for each 64 KiB of a VMDK, by less in a gzip stream. */
const growth = 1 / 64;

/**
 * Runs tasks in worker threads and gives their results in the tasks' order. A result's bytes are valid until the next one is
 * asked for: their memory is used again, as megabytes of garbage would keep the collector busy. A task is taken from `tasks`
 * only when there is room for its result, however large the disk is. An interrupt is met between two tasks.
 */
export async function* inWorkers<N extends Name>(name: N, tasks: Iterable<DeflateTask>, { taskBytes, signal }: WorkOptions): AsyncGenerator<Result<N>> {
  const threads = Math.min(mostThreads, availableParallelism());
  // Our own flags and environment are none of the workers' business.
  const pool = new Piscina<TaskWithRoom, Result<N>>({ filename: new URL("./deflate-worker.ts", import.meta.url).href, name, maxThreads: threads, minThreads: 1, idleTimeout: 10_000, execArgv: [], env: {} });
  const underWay: { readonly result: Promise<Result<N>>; readonly room: SharedArrayBuffer }[] = [];
  const rooms: SharedArrayBuffer[] = [];
  try {
    for (const task of tasks) {
      signal.throwIfAborted();
      if (underWay.length >= threads * ahead) {
        const { result, room } = underWay.shift()!;
        yield await result;
        rooms.push(room);
      }
      const room = rooms.pop() ?? new SharedArrayBuffer(taskBytes + Math.ceil(taskBytes * growth));
      const result = pool.run({ ...task, room });
      result.catch(() => {}); // met again when its turn comes, unless an earlier one fails
      underWay.push({ result, room });
    }
    for (const { result } of underWay) {
      signal.throwIfAborted();
      yield await result;
    }
  } finally {
    await pool.destroy();
  }
}
