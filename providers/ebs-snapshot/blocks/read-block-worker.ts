import { hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

export interface ReadBlockTask {
  readonly path: string;
  readonly position: number;
  /** Where the bytes go; a disk that ends within the block leaves the rest zero. */
  readonly room: SharedArrayBuffer;
  /** False where the digest is known already. */
  readonly hashed: boolean;
}

/** `zero` where there is nothing but zeros; `unhashed` where no digest was asked for. */
export type ReadBlockResult = Uint8Array | "zero" | "unhashed";

let open: { path: string; fd: number } | undefined;
let zeros = Buffer.alloc(0);

/** Reads one block and hashes it. Runs in a worker thread: half a gigabyte a second would leave the event loop no time. */
export function readBlock({ path, position, room, hashed }: ReadBlockTask): ReadBlockResult {
  if (open?.path !== path) {
    if (open) closeSync(open.fd);
    open = { path, fd: openSync(path, "r") };
  }
  const bytes = Buffer.from(room);
  let filled = 0;
  for (let count = 1; count > 0 && filled < bytes.length; filled += count) count = readSync(open.fd, bytes, filled, bytes.length - filled, position + filled);
  bytes.fill(0, filled);
  if (zeros.length !== bytes.length) zeros = Buffer.alloc(bytes.length);
  if (bytes.equals(zeros)) return "zero";
  return hashed ? new Uint8Array(hash("sha256", bytes, "buffer")) : "unhashed";
}
