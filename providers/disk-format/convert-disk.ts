import { join } from "node:path";
import { releaseName } from "#model/release";
import { baseEnvironment, exec } from "#providers/shared/exec";
import { workDir } from "#providers/shared/project";
import type { FormatJob } from "#providers/disk-format/format-writer";
import { programFailed } from "#providers/disk-format/program-failed";

/**
 * Has qemu-img write the artifact from the release's disk, which is whole by itself: the framework has looked. Without `-W`
 * its threads write in order, so that the same disk gives the same bytes.
 */
export async function convertDisk(job: FormatJob, driver: "raw" | "qcow2", options: readonly string[] = []): Promise<string> {
  const target = join(job.dir, job.artifact);
  const optionArguments = options.length > 0 ? ["-o", options.join(",")] : [];
  const compressed = options.some((option) => option.startsWith("compression_type=")) ? ["-c"] : [];
  const result = await exec("qemu-img", ["convert", "-p", "-f", "qcow2", "-O", driver, ...compressed, ...optionArguments, job.diskFile, target], {
    env: baseEnvironment(),
    signal: job.signal,
    registry: { workDir: workDir(), purpose: `${job.format.name} of ${releaseName(job)}` },
    onLine: (line) => sayProgress(job, line),
  });
  if (!result.ok) throw programFailed("qemu-img", result, { action: `convert ${releaseName(job)} to ${job.format.name}`, place: target });
  return target;
}

/** `-p` prints `    (12.50/100%)`. */
function sayProgress({ progress }: FormatJob, line: string): void {
  const percent = /\((\d+)\.\d+\/100%\)/.exec(line)?.[1];
  if (percent !== undefined) progress.say(`${progress.step}, ${percent} %`);
}
