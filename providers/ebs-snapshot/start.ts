import { StartSnapshotCommand } from "@aws-sdk/client-ebs";
import { FleetError } from "#model/errors";
import { placeOf } from "#providers/shared/aws/aws-fault";
import { sendAws } from "#providers/shared/aws/send-aws";
import { descriptionOf, type UploadJob } from "#providers/ebs-snapshot/job";
import type { JournalHead } from "#providers/ebs-snapshot/journal";
import { sdkTags } from "#providers/ebs-snapshot/tags";

const gib = 2 ** 30;
/** Minutes without a block after which AWS gives up a snapshot: time to mend what is wrong and run again. */
const idleMinutes = 240;

/** Size of the volume, in GiB. */
export function volumeGiB(virtualBytes: number): number {
  return Math.max(1, Math.ceil(virtualBytes / gib));
}

/** Begins a snapshot; the same token never begins a second one. @returns its id */
export async function startSnapshot({ inputs, clients, context, keyArn }: UploadJob, { token, parent }: JournalHead): Promise<string> {
  const { SnapshotId } = await sendAws(clients.ebs, new StartSnapshotCommand({
    VolumeSize: volumeGiB(inputs.virtualBytes), Description: descriptionOf(inputs), Tags: sdkTags(inputs.tags), ClientToken: token, Timeout: idleMinutes,
    // a child is encrypted as its parent is
    ...(parent ? { ParentSnapshotId: parent.snapshotId } : keyArn !== undefined && { Encrypted: true, KmsKeyArn: keyArn }),
  }), context);
  if (SnapshotId) return SnapshotId;
  throw new FleetError({ action: context.action, place: placeOf(context.access), cause: "ebs:StartSnapshot answered without an id", hint: "npm run up" });
}
