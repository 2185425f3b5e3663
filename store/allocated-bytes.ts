import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ifPresent } from "./errors.ts";

const blockBytes = 512;

/**
 * What a file, or a directory with all that is in it, takes of its file system: holes are not counted, a file with several
 * names is once. Nothing there, or no longer, takes nothing.
 */
export async function allocatedBytes(path: string, seen = new Set<string>()): Promise<number> {
  const stats = await ifPresent(lstat(path, { bigint: true }));
  if (!stats) return 0;
  if (stats.nlink > 1n && !stats.isDirectory()) {
    const inode = `${stats.dev}/${stats.ino}`;
    if (seen.has(inode)) return 0;
    seen.add(inode);
  }
  let bytes = Number(stats.blocks) * blockBytes;
  if (!stats.isDirectory()) return bytes;
  for (const name of (await ifPresent(readdir(path))) ?? []) bytes += await allocatedBytes(join(path, name), seen);
  return bytes;
}
