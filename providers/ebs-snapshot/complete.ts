import { setTimeout as sleep } from "node:timers/promises";
import { CompleteSnapshotCommand } from "@aws-sdk/client-ebs";
import { FleetError } from "#model/errors";
import { AwsError, placeOf } from "#providers/shared/aws/aws-fault";
import { sendAws } from "#providers/shared/aws/send-aws";
import { aggregatedChecksum } from "#providers/ebs-snapshot/blocks/aggregate";
import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import { describeSnapshot, type FoundSnapshot } from "#providers/ebs-snapshot/find-snapshots";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { untilKnown } from "#providers/ebs-snapshot/until-known";

const firstPauseMs = 250;
const longestPauseMs = 15_000;

/** A snapshot that AWS itself gave up. */
export class SnapshotFailed extends FleetError {}

/**
 * Says that all blocks are there, and waits until the snapshot is whole. @param sent All blocks of its own.
 * @param again An earlier run may have said so already.
 * @throws SnapshotFailed where AWS gave it up
 */
export async function completeSnapshot(job: UploadJob, SnapshotId: string, { sent, again }: { sent: BlockDigests; again: boolean }): Promise<void> {
  const { clients, context, progress, waits } = job;
  progress.begin(`completing ${SnapshotId}`);
  const checks = { Checksum: aggregatedChecksum(sent), ChecksumAlgorithm: "SHA256", ChecksumAggregationMethod: "LINEAR" } as const;
  try {
    await sendAws(clients.ebs, new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: sent.size, ...checks }), context);
    await untilWhole(job, SnapshotId, waits.completeMs);
  } catch (error) {
    if (!(error instanceof AwsError) || error.unreachable || error.denied) throw error;
    // said before, perhaps, and the answer was lost: by an attempt of this request, or by a run that was killed
    await untilWhole(job, SnapshotId, again ? waits.unknownMs * 4 : waits.unknownMs / 4).catch((late: Error) => {
      throw late instanceof SnapshotFailed ? late : new SnapshotFailed(error.fault);
    });
  }
}

/** Waits for a snapshot that AWS makes by itself. */
export async function untilWhole({ clients, context, progress, waits }: UploadJob, id: string, patienceMs: number): Promise<FoundSnapshot> {
  const deadline = Date.now() + patienceMs;
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
    const found = await untilKnown(() => describeSnapshot(clients, id, context), waits.unknownMs, context.signal);
    if (found.state === "completed") return found;
    const fault = { action: context.action, place: placeOf(context.access) };
    if (/error|recover/.test(found.state)) throw new SnapshotFailed({ ...fault, cause: `the snapshot ${id} ended as ${found.state}: ${found.message || "AWS says no more"}`, hint: "npm run up" });
    if (Date.now() > deadline) throw new FleetError({ ...fault, cause: `the snapshot ${id} is still ${found.state} (${found.progress}) after ${Math.round(patienceMs / 60_000)} min`, hint: "npm run up waits for it again" });
    progress.say(`${id} is ${found.state} ${found.progress}`);
    await sleep(pause, undefined, context.signal && { signal: context.signal });
  }
}
