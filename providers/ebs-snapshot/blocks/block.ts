import { createHash } from "node:crypto";

/** The only size that EBS direct APIs know. */
export const blockBytes = 512 * 1024;

/** SHA-256 of blocks by their index; a block of a disk that has none is all zeros. */
export type BlockDigests = ReadonlyMap<number, Uint8Array>;

/** Of a block of nothing but zeros. */
export const zeroDigest: Uint8Array = createHash("sha256").update(new Uint8Array(blockBytes)).digest();

export function sameDigest(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
}
