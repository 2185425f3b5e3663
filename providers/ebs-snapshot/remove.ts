import { DeleteSnapshotCommand } from "@aws-sdk/client-ec2";
import { FleetError } from "#model/errors";
import { AwsError, placeOf } from "#providers/shared/aws/aws-fault";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

/** Deletes a snapshot; one that is gone is fine. @throws FleetError that names the AMI which still uses it. */
export async function removeSnapshot({ ec2 }: AwsClients, id: string, context: SendContext): Promise<void> {
  try {
    await sendAws(ec2, new DeleteSnapshotCommand({ SnapshotId: id }), context);
  } catch (error) {
    if (!(error instanceof AwsError) || !(error.notFound || error.code === "InvalidSnapshot.InUse")) throw error;
    if (error.notFound) return;
    const ami = /ami-[0-9a-f]+/.exec(error.fault.cause)?.[0] ?? "an AMI";
    const hint = `aws ec2 deregister-image --region ${context.access.region} --image-id ${ami}, where nobody uses it any more; then npm run up`;
    throw new FleetError({ action: context.action, place: placeOf(context.access), cause: `the snapshot ${id} is in use by ${ami}, which this stack does not manage (ec2:DeleteSnapshot)`, hint });
  }
}
