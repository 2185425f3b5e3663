import { createHash } from "node:crypto";
import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";

/** What CompleteSnapshot calls LINEAR: SHA-256, in base64, of the digests of all blocks that were sent, by ascending index. */
export function aggregatedChecksum(digests: BlockDigests): string {
  const hash = createHash("sha256");
  for (const index of [...digests.keys()].sort((a, b) => a - b)) hash.update(digests.get(index)!);
  return hash.digest("base64");
}
