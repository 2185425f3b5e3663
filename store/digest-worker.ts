import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const chunkBytes = 4 * 1024 * 1024;
const reportEveryMs = 500;

/** Hashes one file, and tells the parent how far it is. Runs in a worker thread: a gigabyte takes seconds. */
function hashFile(path: string): { sha256: string; bytes: number } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const total = fstatSync(fd).size;
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let bytes = 0;
    let reported = performance.now();
    for (;;) {
      const count = readSync(fd, buffer, 0, chunkBytes, null);
      if (count === 0) return { sha256: hash.digest("hex"), bytes };
      hash.update(count === chunkBytes ? buffer : buffer.subarray(0, count));
      bytes += count;
      if (performance.now() - reported < reportEveryMs) continue;
      reported = performance.now();
      parentPort?.postMessage({ progress: { bytes, total } });
    }
  } finally {
    closeSync(fd);
  }
}

parentPort?.postMessage({ done: hashFile((workerData as { path: string }).path) });
