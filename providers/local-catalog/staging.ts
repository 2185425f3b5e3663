import { mkdir, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { flush, writeDurably } from "#store/durable";
import { Layout } from "#store/layout";
import { createStaging, discard, sweepStagings } from "#store/staging-area";
import { stagingName } from "#providers/local-catalog/layout";

/** The store's way to keep half-made things apart, on a catalog: hidden from servers by the dot in its name. */
class CatalogArea extends Layout {
  override get staging(): string {
    return join(this.root, stagingName);
  }
}

/** Runs `work` with a private directory on the catalog's own file system, removed afterwards whatever happens. */
export async function withStaging<T>(root: string, purpose: string, work: (dir: string) => Promise<T>): Promise<T> {
  const { dir, files } = await createStaging(new CatalogArea(root), purpose);
  try {
    return await work(files);
  } finally {
    await discard(dir);
  }
}

/** Removes what processes that are proven dead have left. */
export async function sweepStaging(root: string): Promise<string[]> {
  return sweepStagings(new CatalogArea(root));
}

/** Puts a file in place whole and on disk, or not at all. */
export async function writeAtomically(root: string, path: string, text: string): Promise<void> {
  await withStaging(root, `write ${path}`, async (dir) => {
    await writeDurably(join(dir, "file"), text, publicMode);
    await moveOver(join(dir, "file"), join(root, path));
  });
}

/** Points a symbolic link elsewhere without a moment in which it is missing. */
export async function linkAtomically(root: string, path: string, target: string): Promise<void> {
  await withStaging(root, `link ${path}`, async (dir) => {
    await symlink(target, join(dir, "link"));
    await moveOver(join(dir, "link"), join(root, path));
  });
}

/** Before the umask: a catalog is there to be read, by web servers of other users too if the umask lets them. */
export const publicMode = 0o644;

/** Renames over what is there, and makes the name durable. */
export async function moveOver(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  await flush(dirname(to));
}
