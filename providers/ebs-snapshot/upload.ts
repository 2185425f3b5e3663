import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { fileIdentity, sameFile } from "#store/verified-cache";
import { AwsError, placeOf } from "#providers/shared/aws/aws-fault";
import { artifactDigests } from "#providers/ebs-snapshot/blocks/artifact-digests";
import { rememberDigests } from "#providers/ebs-snapshot/blocks/known-digests";
import { completeSnapshot, SnapshotFailed } from "#providers/ebs-snapshot/complete";
import { stackSnapshots, type FoundSnapshot } from "#providers/ebs-snapshot/find-snapshots";
import { ofThisDisk } from "#providers/ebs-snapshot/of-this-disk";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { begun, resumed } from "#providers/ebs-snapshot/begin";
import { removeSnapshot } from "#providers/ebs-snapshot/remove";
import { sendBlocks } from "#providers/ebs-snapshot/send";
import { verifySnapshot } from "#providers/ebs-snapshot/verify";

/** Snapshots that are made before it is given up: one more than the first. */
const tries = 2;

/**
 * Makes a snapshot of the sealed disk by EBS direct APIs: adopts one that holds it, goes on with one that an earlier run
 * began, else begins one. What is whole is read back; a wrong one is deleted and made once more. @returns its id
 */
export async function uploadSnapshot(job: UploadJob): Promise<string> {
  const found = await stackSnapshots(job.clients, job.inputs, job.context);
  const whole = await adopt(job, found);
  if (whole !== undefined) return whole;
  for (let count = 1; ; count++) {
    const { id, fault } = await makeOnce(job, found);
    if (fault === undefined) return id;
    job.progress.say(`${id} is deleted: ${fault}`);
    if (count === tries) throw new FleetError({ action: job.context.action, place: placeOf(job.context.access), cause: `the snapshot ${id} does not hold what was sent, for the second time: ${fault}; it was deleted`, hint: "npm run up; if it happens again, ask AWS" });
  }
}

/** Takes the newest whole snapshot of this disk that reads back right; others of it, and those that AWS gave up, are deleted. */
async function adopt(job: UploadJob, found: readonly FoundSnapshot[]): Promise<string | undefined> {
  const dead = found.filter(({ state, description }) => state === "error" && description.startsWith("imagefleet: "));
  for (const { id } of dead) await removeSnapshot(job.clients, id, job.context);
  let taken: string | undefined;
  for (const { id } of ofThisDisk(job, found).filter(({ state }) => state === "completed").sort((a, b) => b.startedAt - a.startedAt)) {
    const fault = taken === undefined ? await verifySnapshot(job, id, await artifactDigests(job.artifact, job.path, job.context.action)) : "a second one";
    if (fault === undefined) taken = id;
    else await removeSnapshot(job.clients, id, job.context);
  }
  return taken;
}

async function makeOnce(job: UploadJob, found: readonly FoundSnapshot[]): Promise<{ id: string; fault?: string }> {
  const { journal, parent, again } = (await resumed(job, found)) ?? (await begun(job, found));
  const id = journal.head.snapshotId!;
  try {
    const digests = await sendBlocks(job, journal, parent);
    await requireUnchanged(job);
    await completeSnapshot(job, id, { sent: journal.sent, again });
    await rememberDigests(job.artifact.sha256, digests);
    const fault = await verifySnapshot(job, id, digests);
    if (fault !== undefined) await removeSnapshot(job.clients, id, job.context);
    await journal.remove();
    return { id, ...(fault !== undefined && { fault }) };
  } catch (error) {
    if (goesOn(error, job)) throw error;
    await removeSnapshot(job.clients, id, job.context).catch(() => {}); // the failure is what counts
    await journal.remove();
    if (error instanceof AwsError && error.notFound) return { id, fault: error.fault.cause };
    throw error;
  }
}

/** What was sent is what was verified. */
async function requireUnchanged({ path, identity, context, inputs }: UploadJob): Promise<void> {
  if (!identity || sameFile(identity, await fileIdentity(path))) return;
  throw new SnapshotFailed({ action: context.action, place: path, cause: "the file was written to while it was sent", hint: `npm run store -- verify ${releaseName(inputs)}` });
}

/** Whether the next run can go on with what is there: after an interrupt, or while AWS is out of reach. */
function goesOn(error: unknown, { context }: UploadJob): boolean {
  if (context.signal?.aborted) return true;
  if (error instanceof SnapshotFailed) return false;
  return error instanceof AwsError ? error.unreachable : error instanceof FleetError;
}
