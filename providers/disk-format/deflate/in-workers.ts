import { availableParallelism } from "node:os";
import { Piscina } from "piscina";
import type * as handlers from "#providers/disk-format/deflate/deflate-worker";

type Handlers = typeof handlers;
type Name = keyof Handlers;
type Task<N extends Name> = Parameters<Handlers[N]>[0];
type Result<N extends Name> = Awaited<ReturnType<Handlers[N]>>;

/** Each takes some 45 MiB: with these, a conversion stays below 512. Other conversions want cores too. */
const mostThreads = 4;
/** Tasks of a thread that may be under way or wait to be written: where other programs want the cores too, the writer may get its turn late. */
const ahead = 8;

/**
 * Runs tasks in worker threads and gives their results in the tasks' order. A task is taken from `tasks` only when there is
 * room for its result, so that memory is bounded however large the disk is. An interrupt is met between two tasks.
 */
export async function* inWorkers<N extends Name>(name: N, tasks: Iterable<Task<N>>, signal: AbortSignal): AsyncGenerator<Result<N>> {
  const threads = Math.min(mostThreads, availableParallelism());
  // Our own flags and environment are none of the workers' business.
  const pool = new Piscina<Task<N>, Result<N>>({ filename: new URL("./deflate-worker.ts", import.meta.url).href, name, maxThreads: threads, minThreads: 1, idleTimeout: 10_000, execArgv: [], env: {} });
  const underWay: Promise<Result<N>>[] = [];
  try {
    for (const task of tasks) {
      signal.throwIfAborted();
      const result = pool.run(task);
      result.catch(() => {}); // met again when its turn comes, unless an earlier one fails
      underWay.push(result);
      if (underWay.length >= threads * ahead) yield await underWay.shift()!;
    }
    for (const result of underWay) {
      signal.throwIfAborted();
      yield await result;
    }
  } finally {
    await pool.destroy();
  }
}
