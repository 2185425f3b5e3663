import { open } from "node:fs/promises";
import { fileDigest } from "#providers/shared/file-tree/file-digest";
import { nameBytes } from "#providers/shared/file-tree/file-name";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";

const header = `%%%% HASHDEEP-1.0
%%%% size,sha256,filename
## All regular files of the image. Audit its files, in the directory that they were unpacked to:
## $ hashdeep -a -k <this file> -r -l -o f .
##
`;
/** Files that are read and hashed at once. */
const atOnce = 4;

/**
 * Writes size, SHA-256 and name of every regular file of a tree in the form of hashdeep, which then finds what was changed,
 * added or lost. Names are relative (`./etc/passwd`). One with a line break cannot be told in that form: a comment names it.
 * @returns number of files in the list.
 */
export async function writeHashdeep(tree: FileTree, path: string, signal?: AbortSignal): Promise<number> {
  const files = [...tree.entries.values()].filter(({ type }) => type === "file");
  const digests = await digestsOf(tree, files, signal);
  const output = await open(path, "wx");
  let count = 0;
  try {
    let lines: Buffer[] = [Buffer.from(header)];
    for (const { path: name, size, inode } of files) {
      const whole = !/[\r\n]/.test(name);
      if (whole) count++;
      lines.push(whole ? Buffer.concat([Buffer.from(`${size},${digests.get(inode)},.`), nameBytes(name), Buffer.from("\n")]) : Buffer.from(`## not in the list, for its name: ${JSON.stringify(name)}\n`));
      if (lines.length < 1000) continue;
      await output.appendFile(Buffer.concat(lines));
      lines = [];
    }
    await output.appendFile(Buffer.concat(lines));
  } finally {
    await output.close();
  }
  return count;
}

/** By inode: a file with several names is read once. */
async function digestsOf(tree: FileTree, files: readonly TreeEntry[], signal?: AbortSignal): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  const todo = new Map(files.map((file) => [file.inode, file])).values();
  const work = async (): Promise<void> => {
    for (const file of todo) {
      signal?.throwIfAborted();
      digests.set(file.inode, await fileDigest(tree, file));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return digests;
}
