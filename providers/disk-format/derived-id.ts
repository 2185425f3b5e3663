import { createHash } from "node:crypto";

/**
 * A UUID (version 8, RFC 9562) that follows from the disk's digest and what it names: written again, the same disk has the
 * same ids, and no two disks or purposes share one.
 */
export function derivedId(sha256: string, purpose: string): Buffer {
  const id = createHash("sha256").update(`${purpose}\n${sha256}`).digest().subarray(0, 16);
  id[6] = (id[6]! & 0x0f) | 0x80;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}
