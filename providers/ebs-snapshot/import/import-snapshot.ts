import { AbortMultipartUploadCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { SnapshotImport } from "#model/config/sites/aws";
import { tagNames } from "#model/tags";
import { stackSnapshots } from "#providers/ebs-snapshot/find-snapshots";
import { sendAws } from "#providers/shared/aws/send-aws";
import { sendObject, unfinishedUploads, type ObjectPlace } from "#providers/ebs-snapshot/import/send-object";
import { importTasks, startImport, untilImported } from "#providers/ebs-snapshot/import/task";
import { untilWhole } from "#providers/ebs-snapshot/complete";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { writeTags } from "#providers/ebs-snapshot/tags";

const madeByImport = /^Created by AWS-VMImport/;

/**
 * Makes a snapshot by ImportSnapshot, where EBS direct APIs are not allowed: the disk goes into a bucket, AWS makes a
 * snapshot of it in minutes to hours, the object is removed. What an earlier run began is found by its description. AWS
 * checks each part's digest; the snapshot itself cannot be read back without EBS direct APIs. @returns its id
 */
export async function importSnapshot(job: UploadJob, by: SnapshotImport): Promise<string> {
  const { inputs, artifact, clients, context, progress } = job;
  const place = placeOfObject(job, by);
  const found = await stackSnapshots(clients, inputs, context);
  const ours = found.find(({ state, description, tags }) => state === "completed" && madeByImport.test(description) && tags[tagNames.version] === inputs.version && tags[tagNames.sha256] === artifact.sha256);
  const id = ours?.id ?? (await imported(job, by, place));
  progress.begin(`tagging ${id}`);
  await writeTags(clients, id, { wanted: inputs.tags }, context);
  await removeObject(job, place);
  return id;
}

async function imported(job: UploadJob, by: SnapshotImport, place: ObjectPlace): Promise<string> {
  const tasks = await importTasks(job);
  const active = tasks.find(({ SnapshotTaskDetail }) => SnapshotTaskDetail?.Status === "active");
  const done = active ? undefined : await stillThere(job, tasks.flatMap(({ SnapshotTaskDetail }) => (SnapshotTaskDetail?.Status === "completed" ? [SnapshotTaskDetail.SnapshotId ?? ""] : [])));
  if (done !== undefined) return done;
  if (!active) await sendObject(job, place);
  const task = active?.ImportTaskId ?? (await startImport(job, by, place.Key));
  job.progress.begin(`importing ${task}`);
  const id = await untilImported(job, task);
  await untilWhole(job, id, job.waits.completeMs);
  return id;
}

/** Of the snapshots that earlier imports made, one that has not been deleted since. */
async function stillThere(job: UploadJob, ids: readonly string[]): Promise<string | undefined> {
  for (const id of ids) {
    const found = await untilWhole({ ...job, waits: { ...job.waits, unknownMs: 0 } }, id, 0).catch(() => undefined);
    if (found) return id;
  }
  return undefined;
}

/** `imagefleet/<project>/<stack>/debian-12-2026.1101.2-<16 digits>.raw` */
function placeOfObject({ inputs, artifact }: Pick<UploadJob, "inputs" | "artifact">, { bucket }: SnapshotImport): ObjectPlace {
  return { Bucket: bucket, Key: `imagefleet/${inputs.stack}/${inputs.image}-${inputs.version}-${artifact.sha256.slice(0, 16)}.raw` };
}

/** What was only on its way through the bucket. */
async function removeObject(job: Pick<UploadJob, "clients" | "context">, place: ObjectPlace): Promise<void> {
  for (const UploadId of await unfinishedUploads(job, place)) await sendAws(job.clients.s3, new AbortMultipartUploadCommand({ ...place, UploadId }), job.context);
  await sendAws(job.clients.s3, new DeleteObjectCommand(place), job.context);
}
