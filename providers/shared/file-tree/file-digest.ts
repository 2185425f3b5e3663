import { createHash, webcrypto } from "node:crypto";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";

/** Up to here a file is hashed at once, in Node's thread pool; a larger one piece by piece, with turns of the event loop between them. */
const wholeBytes = 8 * 1024 * 1024;

/** SHA-256 of a regular file of an image, in lower-case hexadecimal. */
export async function fileDigest(tree: FileTree, entry: TreeEntry): Promise<string> {
  if (entry.size > wholeBytes) {
    const hash = createHash("sha256");
    for await (const piece of tree.stream(entry)) hash.update(piece);
    return hash.digest("hex");
  }
  const pieces: Buffer[] = [];
  for await (const piece of tree.stream(entry)) pieces.push(piece);
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", Buffer.concat(pieces))).toString("hex");
}
