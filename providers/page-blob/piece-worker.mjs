// @ts-check
// Plain JavaScript: a worker that strips types takes some 10 MiB more, and a tenth of a second of CPU to begin.
import { hash } from "node:crypto";
import { openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const page = 512;
const { path, block } = /** @type {import("./piece-reader.ts").ReadOrder} */ (workerData);
const fd = openSync(path, "r");
const zeros = Buffer.alloc(block);

parentPort?.on("message", (/** @type {import("./piece-reader.ts").ReadRequest} */ { offset, length, room }) => {
  try {
    answer({ offset, runs: runsOf(read(Buffer.from(room, 0, length), offset)) });
  } catch (error) {
    answer({ offset, problem: String(/** @type {Error} */ (error).message) });
  }
});

/** @param {import("./piece-reader.ts").ReadReply} reply */
function answer(reply) {
  parentPort?.postMessage(reply);
}

/** @param {Buffer} piece @param {number} offset */
function read(piece, offset) {
  for (let at = 0; at < piece.length; ) {
    const count = readSync(fd, piece, at, piece.length - at, offset + at);
    if (count === 0) throw new Error(`${path} ends at ${offset + at}`);
    at += count;
  }
  return piece;
}

/** @param {Buffer} piece */
function runsOf(piece) {
  /** @type {import("./piece-reader.ts").Run[]} */
  const runs = [];
  /** @type {number | undefined} */
  let start;
  /** @param {number} at */
  const end = (at) => {
    if (start !== undefined) runs.push(trimmed(piece, start, at));
    start = undefined;
  };
  for (let at = 0; at < piece.length; at += block) {
    if (isZero(piece, at, Math.min(block, piece.length - at))) end(at);
    else start ??= at;
  }
  end(piece.length);
  return runs;
}

/** Without the zeros at both ends, which were in its first and its last block. @param {Buffer} piece @param {number} start @param {number} end */
function trimmed(piece, start, end) {
  while (isZero(piece, start, page)) start += page;
  while (isZero(piece, end - page, page)) end -= page;
  return { start, length: end - start, md5: hash("md5", piece.subarray(start, end), "base64") };
}

/** @param {Buffer} piece @param {number} at @param {number} length */
function isZero(piece, at, length) {
  return piece.compare(zeros, 0, length, at, at + length) === 0;
}
