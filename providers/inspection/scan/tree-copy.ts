import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { InspectionJob } from "#providers/inspection/gate";
import { extractTree } from "#providers/inspection/scan/extract-tree";

/** Runs work on a copy of the image's files in a plain directory, which is removed afterwards: some seconds for a gigabyte. */
export async function withTreeCopy<T>({ tree, dir, signal, progress }: InspectionJob, work: (root: string) => Promise<T>): Promise<T> {
  progress.begin("copy the files for a scan");
  // nobody else may enter: the copy keeps the image's set-user-ID bits and secrets, and its root is open to all
  const shelter = await mkdtemp(join(dir, "copy-"));
  try {
    const root = join(shelter, "root");
    await mkdir(root);
    await extractTree(tree, root, { signal });
    return await work(root);
  } finally {
    await rm(shelter, { recursive: true, force: true });
  }
}
