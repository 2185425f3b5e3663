import { createHash } from "node:crypto";
import { openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** A stretch of a piece that is not all zeros: where it begins in the piece's buffer, and in base64 its MD5. */
export interface Run {
  readonly start: number;
  readonly length: number;
  readonly md5: string;
}

export interface ReadRequest {
  readonly offset: number;
  readonly length: number;
  readonly block: number;
  /** Of a piece's size; it comes back with the piece. */
  readonly buffer: ArrayBuffer;
}
export type ReadReply = { readonly offset: number; readonly buffer: ArrayBuffer; readonly runs: readonly Run[] } | { readonly offset: number; readonly problem: string };

const page = Buffer.alloc(512);
const path = workerData as string;
const fd = openSync(path, "r");

parentPort!.on("message", ({ offset, length, block, buffer }: ReadRequest) => {
  try {
    const runs = runsOf(read(buffer, offset, length), block);
    parentPort!.postMessage({ offset, buffer, runs } satisfies ReadReply, [buffer]);
  } catch (error) {
    parentPort!.postMessage({ offset, problem: (error as Error).message } satisfies ReadReply);
  }
});

function read(buffer: ArrayBuffer, offset: number, length: number): Buffer {
  const piece = Buffer.from(buffer, 0, length);
  for (let at = 0; at < length; ) {
    const count = readSync(fd, piece, at, length - at, offset + at);
    if (count === 0) throw new Error(`${path} ends at ${offset + at}`);
    at += count;
  }
  return piece;
}

function runsOf(piece: Buffer, block: number): Run[] {
  const zeros = Buffer.alloc(block);
  const runs: Run[] = [];
  let start: number | undefined;
  const end = (at: number): void => {
    if (start !== undefined) runs.push(trimmed(piece, start, at));
    start = undefined;
  };
  for (let at = 0; at < piece.length; at += block) {
    const here = piece.subarray(at, at + block);
    if (here.equals(zeros.subarray(0, here.length))) end(at);
    else start ??= at;
  }
  end(piece.length);
  return runs;
}

/** Without the zeros at both ends, which were in its first and its last block. */
function trimmed(piece: Buffer, start: number, end: number): Run {
  const isZero = (at: number) => piece.subarray(at, at + page.length).equals(page);
  while (isZero(start)) start += page.length;
  while (isZero(end - page.length)) end -= page.length;
  return { start, length: end - start, md5: createHash("md5").update(piece.subarray(start, end)).digest("base64") };
}
