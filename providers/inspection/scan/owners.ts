import { lstat, writeFile } from "node:fs/promises";
import { posix } from "node:path";
import { nameBytes } from "#providers/shared/file-tree/file-name";
import type { FileTree, TreeEntry } from "#providers/shared/file-tree/file-tree";

/** Only root may give files away: anybody else's copy of an image belongs to them. */
export function mayGiveAway(): boolean {
  return process.geteuid?.() === 0;
}

/** `S_IFMT` bits of what a copy has. */
const kinds: Partial<Record<TreeEntry["type"], number>> = { file: 0o100000, directory: 0o040000, link: 0o120000 };

/**
 * Writes owners and permission bits of a copied image in the form that `fakeroot -i` reads: a program that runs below it sees
 * the image's own, though the copy belongs to whoever made it.
 */
export async function writeOwners(tree: FileTree, root: string, file: string): Promise<void> {
  const lines: string[] = [];
  for (const { path, type, mode, uid, gid, links } of tree.entries.values()) {
    const kind = kinds[type];
    if (kind === undefined) continue;
    const { dev, ino } = await lstat(nameBytes(posix.join(root, path)), { bigint: true });
    lines.push(`dev=${dev.toString(16)},ino=${ino},mode=${(kind | mode).toString(8)},uid=${uid},gid=${gid},nlink=${links},rdev=0\n`);
  }
  await writeFile(file, lines, { flag: "wx" });
}
