import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const chunkBytes = 4 * 1024 * 1024;
const reportEveryMs = 1_000;

/** Reads a file once for two digests: the one that is asked for, and the one that proves that it is the right file. */
function hashFile(path: string, algorithm: string): { sha256: string; digest: string } {
  const fd = openSync(path, "r");
  try {
    const total = fstatSync(fd).size;
    const [known, wanted] = [createHash("sha256"), createHash(algorithm)];
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let reported = performance.now();
    for (let bytes = 0; ; ) {
      const count = readSync(fd, buffer, 0, chunkBytes, null);
      if (count === 0) return { sha256: known.digest("hex"), digest: wanted.digest("hex") };
      for (const hash of [known, wanted]) hash.update(buffer.subarray(0, count));
      bytes += count;
      if (performance.now() - reported < reportEveryMs) continue;
      reported = performance.now();
      parentPort?.postMessage({ progress: { bytes, total } });
    }
  } finally {
    closeSync(fd);
  }
}

const { path, algorithm } = workerData as { path: string; algorithm: string };
parentPort?.postMessage({ done: hashFile(path, algorithm) });
