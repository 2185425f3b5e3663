import { DescribeSnapshotsCommand, type Filter, type Snapshot } from "@aws-sdk/client-ec2";
import { tagNames } from "#model/tags";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

/** A snapshot as EC2 describes it. */
export interface FoundSnapshot {
  readonly id: string;
  /** `pending`, `completed`, `error`, ... */
  readonly state: string;
  readonly progress: string;
  readonly message: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly volumeGiB: number;
  /** Key by which it is encrypted; absent: it is not. */
  readonly keyArn?: string;
  readonly startedAt: number;
}

/** Most that one answer holds. */
const page = 1_000;

/** All snapshots of a stack in a region, or of one of its images. @param publicOnly Those that anybody may use. */
export async function stackSnapshots({ ec2 }: AwsClients, { stack, image, publicOnly = false }: { stack: string; image?: string; publicOnly?: boolean }, context: SendContext): Promise<FoundSnapshot[]> {
  const filter = (name: string, value: string): Filter => ({ Name: `tag:${name}`, Values: [value] });
  const Filters = [filter(tagNames.stack, stack), ...(image === undefined ? [] : [filter(tagNames.image, image)])];
  const found: FoundSnapshot[] = [];
  for (let token: string | undefined; ; ) {
    const command = new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters, MaxResults: page, ...(publicOnly && { RestorableByUserIds: ["all"] }), ...(token !== undefined && { NextToken: token }) });
    const { Snapshots = [], NextToken } = await sendAws(ec2, command, context);
    found.push(...Snapshots.map(described));
    if (!NextToken) return found;
    token = NextToken;
  }
}

/** @throws AwsError that is `notFound` where there is no such snapshot, or not yet. */
export async function describeSnapshot({ ec2 }: AwsClients, id: string, context: SendContext): Promise<FoundSnapshot> {
  const { Snapshots } = await sendAws(ec2, new DescribeSnapshotsCommand({ SnapshotIds: [id] }), context);
  return described(Snapshots?.[0] ?? { SnapshotId: id });
}

function described({ SnapshotId, State, Progress, StateMessage, Description, Tags, VolumeSize, Encrypted, KmsKeyId, StartTime }: Snapshot): FoundSnapshot {
  return {
    id: SnapshotId ?? "", state: State ?? "unknown", progress: Progress ?? "", message: StateMessage ?? "", description: Description ?? "",
    tags: Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    volumeGiB: VolumeSize ?? 0, startedAt: StartTime?.getTime() ?? 0, ...(Encrypted && { keyArn: KmsKeyId ?? "" }),
  };
}
