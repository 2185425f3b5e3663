import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { crc32c } from "#providers/shared/crc32c";

/** Fits into the cache of a core. */
const pieceBytes = 2 ** 20;

function crcOf(path: string): number {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafeSlow(pieceBytes);
    let crc = 0;
    for (let count = 1; count > 0; ) {
      count = readSync(fd, buffer, 0, pieceBytes, null);
      crc = crc32c(buffer.subarray(0, count), crc);
    }
    return crc;
  } finally {
    closeSync(fd);
  }
}

parentPort?.postMessage(crcOf(workerData as string));
