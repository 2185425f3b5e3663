import { hash } from "node:crypto";
import { once } from "node:events";
import { Worker, parentPort, workerData, isMainThread } from "node:worker_threads";
import { blockBytes } from "./upload-disk.ts";

/** SHA-256 of blocks that lie in memory, on so many threads: what the machine allows. @returns MB/s of all of them. */
export async function hashSpeed(threads: number, blocks: number): Promise<number> {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { workerData: blocks, execArgv: [], env: {} }));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const started = performance.now();
  await Promise.all(workers.map((worker) => {
    const done = once(worker, "message");
    worker.postMessage("go");
    return done;
  }));
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (threads * blocks * blockBytes) / 1e6 / seconds;
}

if (!isMainThread && typeof workerData === "number") {
  const bytes = Buffer.alloc(blockBytes, 1);
  parentPort!.once("message", () => {
    for (let count = 0; count < workerData; count++) hash("sha256", bytes);
    parentPort!.postMessage("done");
  });
  parentPort!.postMessage("ready");
}
