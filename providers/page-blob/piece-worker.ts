import { createHash } from "node:crypto";
import { openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

/** A stretch of a piece that is not all zeros: where it begins in the piece's buffer, and in base64 its MD5. */
export interface Run {
  readonly start: number;
  readonly length: number;
  readonly md5: string;
}

export type ReadRequest = { readonly offset: number; readonly length: number; readonly block: number } | { readonly buffer: ArrayBuffer };
export type ReadReply = { readonly offset: number; readonly buffer: ArrayBuffer; readonly runs: readonly Run[] } | { readonly offset: number; readonly problem: string };

const page = Buffer.alloc(512);
const { path, bytes } = workerData as { path: string; bytes: number };
const fd = openSync(path, "r");
/** Buffers that were sent and came back: a piece is 4 MiB, and the collector is in no hurry. */
const spare: ArrayBuffer[] = [];

parentPort!.on("message", (request: ReadRequest) => {
  if ("buffer" in request) return void spare.push(request.buffer);
  try {
    const buffer = spare.pop() ?? new ArrayBuffer(bytes);
    const piece = read(buffer, request.offset, request.length);
    parentPort!.postMessage({ offset: request.offset, buffer, runs: runsOf(piece, request.block) } satisfies ReadReply, [buffer]);
  } catch (error) {
    parentPort!.postMessage({ offset: request.offset, problem: (error as Error).message } satisfies ReadReply);
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
