import { access, constants, stat, statfs } from "node:fs/promises";
import { delimiter, join } from "node:path";
import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { freeSpaceHint } from "#providers/disk-format/program-failed";

/** Tables, headers and the seal, which no estimate is about. */
const slackBytes = 8 * 2 ** 20;

/** Looks whether the programs and the space for a conversion are there, before anything is written. */
export async function checkRequirements(writer: FormatWriter, job: FormatJob, action: string): Promise<void> {
  await checkPrograms(writer.needs, action);
  await checkSpace(writer, job, action);
}

async function checkPrograms(needs: readonly string[], action: string): Promise<void> {
  const present = await Promise.all(needs.map(isOnPath));
  const missing = needs.filter((_name, index) => !present[index]);
  if (missing.length === 0) return;
  throw new FleetError({ action, cause: `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not on PATH`, hint: "npm run setup installs the tools, npm run doctor says what is missing" });
}

async function isOnPath(program: string): Promise<boolean> {
  for (const dir of (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)) {
    const file = join(dir, program);
    const usable = await access(file, constants.X_OK).then(async () => (await stat(file)).isFile()).catch(() => false);
    if (usable) return true;
  }
  return false;
}

async function checkSpace(writer: FormatWriter, job: FormatJob, action: string): Promise<void> {
  const needed = (writer.estimate?.(job) ?? job.map.dataBytes) + (writer.extraBytes?.(job) ?? 0) + slackBytes;
  const { bavail, bsize } = await statfs(job.dir);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new FleetError({ action, place: job.dir, cause: `${prettyBytes(free, { binary: true })} of disk space are free where up to ${prettyBytes(needed, { binary: true })} are needed`, hint: freeSpaceHint });
}
