import { statfs } from "node:fs/promises";
import prettyBytes from "pretty-bytes";
import { FleetError } from "#model/errors";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { freeSpaceHint } from "#providers/shared/hints";
import { missingPrograms } from "#providers/shared/missing-programs";

/** Tables, headers and the seal, which no estimate is about. */
const slackBytes = 8 * 2 ** 20;

/** Looks whether the programs and the space for a conversion are there, before anything is written. */
export async function checkRequirements(writer: FormatWriter, job: FormatJob, action: string): Promise<void> {
  const missing = await missingPrograms(writer.needs);
  if (missing) throw new FleetError({ action, ...missing });
  await checkSpace(writer, job, action);
}

async function checkSpace(writer: FormatWriter, job: FormatJob, action: string): Promise<void> {
  const needed = (writer.estimate?.(job) ?? job.map.dataBytes) + (writer.extraBytes?.(job) ?? 0) + slackBytes;
  const { bavail, bsize } = await statfs(job.dir);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new FleetError({ action, place: job.dir, cause: `${prettyBytes(free, { binary: true })} of disk space are free where up to ${prettyBytes(needed, { binary: true })} are needed`, hint: freeSpaceHint });
}
