import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { InspectionJob } from "#providers/inspection/gate";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import { extractTree } from "#providers/inspection/scan/extract-tree";

interface Copy {
  readonly root: Promise<string>;
  users: number;
}

const copies = new WeakMap<FileTree, Copy>();

/**
 * Runs work on a copy of the image's files in a plain directory. Gates that run side by side share one copy; the last one
 * that is done removes it.
 */
export async function withTreeCopy<T>(job: InspectionJob, work: (root: string) => Promise<T>): Promise<T> {
  const copy = copies.get(job.tree) ?? { root: makeCopy(job), users: 0 };
  copies.set(job.tree, copy);
  copy.users++;
  try {
    return await work(await copy.root);
  } finally {
    copy.users--;
    if (copy.users === 0) {
      copies.delete(job.tree);
      await copy.root.then((root) => rm(dirname(root), { recursive: true, force: true }), () => {});
    }
  }
}

async function makeCopy({ tree, dir, signal, progress }: InspectionJob): Promise<string> {
  progress.begin("copy the files for scans");
  // nobody else may enter: the copy keeps the image's set-user-ID bits and secrets, and its root is open to all
  const shelter = await mkdtemp(join(dir, "copy-"));
  const root = join(shelter, "root");
  try {
    await mkdir(root);
    await extractTree(tree, root, { signal });
    return root;
  } catch (error) {
    await rm(shelter, { recursive: true, force: true });
    throw error;
  }
}
