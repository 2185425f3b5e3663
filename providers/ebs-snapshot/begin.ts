import { randomUUID } from "node:crypto";
import { FleetError } from "#model/errors";
import { isAlive, processIdentity } from "#store/process-identity";
import { AwsError, placeOf } from "#providers/shared/aws/aws-fault";
import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import type { FoundSnapshot } from "#providers/ebs-snapshot/find-snapshots";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { Journal, journalFile, readJournal, type JournalHead } from "#providers/ebs-snapshot/journal";
import { ofThisDisk } from "#providers/ebs-snapshot/of-this-disk";
import { findParent, knownParent, type Parent } from "#providers/ebs-snapshot/parent";
import { removeSnapshot } from "#providers/ebs-snapshot/remove";
import { startSnapshot } from "#providers/ebs-snapshot/start";

/** A snapshot that takes blocks. */
export interface Begun {
  readonly journal: Journal;
  readonly parent?: BlockDigests;
  /** An earlier run began it. */
  readonly again: boolean;
}

/**
 * An upload of this very disk that an earlier run began and did not end. Other unfinished ones of this disk are deleted:
 * nobody knows what they hold.
 */
export async function resumed(job: UploadJob, found: readonly FoundSnapshot[]): Promise<Begun | undefined> {
  const file = journalFile(job.inputs);
  const noted = await readJournal(file);
  if (noted) refuseIfBusy(job, noted.head);
  const parent = noted?.head.parent && (await knownParent(job, noted.head.parent, found));
  const sound = noted !== undefined && noted.head.sha256 === job.artifact.sha256 && (noted.head.parent === undefined || parent !== undefined);
  // asked for, and no answer known: the same token gives the same snapshot
  const snapshotId = sound ? (noted.head.snapshotId ?? (await startSnapshot(job, noted.head))) : undefined;
  for (const { id } of ofThisDisk(job, found).filter(({ id: one, state }) => state === "pending" && one !== snapshotId)) await removeSnapshot(job.clients, id, job.context);
  if (!sound || snapshotId === undefined || found.some(({ id, state }) => id === snapshotId && state !== "pending")) return undefined;
  return { journal: await Journal.begin(file, { ...noted.head, snapshotId }, noted.sent), again: true, ...(parent && { parent: parent.digests }) };
}

/** Begins one, upon an earlier release's where there is one that fits. */
export async function begun(job: UploadJob, found: readonly FoundSnapshot[]): Promise<Begun> {
  const parent = await findParent(job, found);
  try {
    return await begin(job, parent);
  } catch (error) {
    // such as one that is not encrypted, in an account that encrypts by default
    if (!parent || !(error instanceof AwsError) || error.unreachable || error.denied) throw error;
    job.progress.say(`not upon ${parent.snapshotId}: ${error.fault.cause}`);
    return begin(job, undefined);
  }
}

async function begin(job: UploadJob, parent: Parent | undefined): Promise<Begun> {
  const file = journalFile(job.inputs);
  const head = { token: randomUUID(), sha256: job.artifact.sha256, ...(parent && { parent: { snapshotId: parent.snapshotId, sha256: parent.sha256 } }) };
  await (await Journal.begin(file, head)).close();
  const snapshotId = await startSnapshot(job, head);
  return { journal: await Journal.begin(file, { ...head, snapshotId }), again: false, ...(parent && { parent: parent.digests }) };
}

function refuseIfBusy({ context }: UploadJob, { process: sender }: JournalHead): void {
  const ours = sender?.pid === process.pid && sender.startTime === processIdentity()?.startTime;
  if (!sender || ours || !isAlive(sender)) return;
  throw new FleetError({ action: context.action, place: placeOf(context.access), cause: `process ${sender.pid} sends it at this moment`, hint: "wait until that run has ended, then npm run up" });
}
