import { Worker } from "node:worker_threads";

/**
 * CRC-32C of a file, worked out in a thread of its own: in the one that sends it, chunks would wait for it.
 * @throws where the file cannot be read.
 */
export function fileCrc(path: string): Promise<number> {
  const worker = new Worker(new URL("./file-crc-worker.ts", import.meta.url), { workerData: path, execArgv: [], env: {} });
  return new Promise((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the worker that reads ${path} ended early (exit ${code})`)));
  });
}
