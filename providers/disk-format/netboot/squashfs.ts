import { rm } from "node:fs/promises";
import { join } from "node:path";
import { releaseName } from "#model/release";
import { baseEnvironment, exec } from "#providers/shared/exec";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { FormatJob } from "#providers/disk-format/format-writer";
import { wholeSystem } from "#providers/disk-format/layer/layer-content";
import { writeLayer } from "#providers/disk-format/layer/write-layer";
import { programFailed } from "#providers/disk-format/program-failed";

/** zstd's. At its default of 15 it takes three times as long, for a few parts in a hundred. */
const level = "9";
const memory = "256M";

/** Writes an image's files as squashfs: the same bytes however many processors take part. The archive between them is gone afterwards. */
export async function writeSquashfs(job: FormatJob, path: string): Promise<void> {
  const { progress, signal } = job;
  const tree = await job.tree();
  const archive = join(job.dir, `${job.artifact}.files`);
  try {
    await writeLayer(tree, archive, { content: wholeSystem, gnuTargets: true, signal, onProgress: (share) => progress.say(`${progress.step}, read files ${Math.floor(share * 100)} %`) });
    progress.say(`${progress.step}, squashfs`);
    const options = ["-quiet", "-no-progress", "-comp", "zstd", "-Xcompression-level", level, "-mem", memory, "-root-mode", (tree.entries.get("/")?.mode ?? 0o755).toString(8)];
    // An archive comes by standard input only. Its sister sqfstar takes no level: it reads the option and fails (4.5.1).
    const result = await exec("sh", ["-c", 'archive=$1; shift; exec mksquashfs - "$@" <"$archive"', "sh", archive, path, "-tar", ...options], { env: { ...baseEnvironment(), LC_ALL: "C", SOURCE_DATE_EPOCH: String(newest(tree)) }, signal });
    if (!result.ok) throw programFailed("mksquashfs", result, { action: `convert ${releaseName(job)} to ${job.format.name}`, place: path });
  } finally {
    await rm(archive, { force: true });
  }
}

/**
 * Time of an image's newest file. What has a later one gets this: of all that is written only the root directory, which
 * mksquashfs makes anew (as root's, and -root-time does nothing for it), and the file system itself.
 */
function newest(tree: FileTree): number {
  return [...tree.entries.values()].reduce((most, { mtime }) => Math.max(most, mtime), 0);
}
