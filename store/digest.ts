import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Semaphore } from "async-mutex";

export interface Digest {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** How far the reading of a file is. */
export interface DigestProgress {
  readonly path: string;
  readonly bytes: number;
  readonly total: number;
}

type Message = { progress: { bytes: number; total: number } } | { done: Digest };

/** A smaller file takes less time to hash (3 ms) than a worker takes to start. */
const inlineBytes = 1024 * 1024;
const workers = new Semaphore(Math.max(1, Math.min(4, availableParallelism())));

/** SHA-256 of a whole file, off the event loop. A symbolic link is refused (`ELOOP`). */
export async function sha256File(path: string, onProgress?: (progress: DigestProgress) => void): Promise<Digest> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if ((await handle.stat()).size <= inlineBytes) {
      const content = await handle.readFile();
      return { sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
    }
  } finally {
    await handle.close();
  }
  return workers.runExclusive(() => inWorker(path, onProgress));
}

function inWorker(path: string, onProgress?: (progress: DigestProgress) => void): Promise<Digest> {
  // Our own flags and environment are none of the worker's business.
  const worker = new Worker(new URL("./digest-worker.ts", import.meta.url), { workerData: { path }, execArgv: [], env: {} });
  return new Promise((resolve, reject) => {
    worker.on("message", (message: Message) => {
      if ("done" in message) resolve(message.done);
      else onProgress?.({ path, ...message.progress });
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the worker that reads ${path} ended early (exit ${code})`)));
  });
}
