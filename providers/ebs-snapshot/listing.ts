import { DescribeSnapshotAttributeCommand } from "@aws-sdk/client-ec2";
import { awsClients } from "#providers/shared/aws/clients";
import { sendAws } from "#providers/shared/aws/send-aws";
import { describeSnapshot, stackSnapshots, type FoundSnapshot } from "#providers/ebs-snapshot/find-snapshots";
import type { SnapshotOutputs } from "#providers/ebs-snapshot/inputs";

interface Listing {
  readonly snapshots: ReadonlyMap<string, FoundSnapshot>;
  /** Ids of those that anybody may use. */
  readonly shared: ReadonlySet<string>;
}

/** Milliseconds for which a listing counts as now: a refresh looks at all snapshots of a region at once. */
const freshMs = 5_000;
const listings = new Map<string, { at: number; listing: Promise<Listing> }>();

/** Snapshots of the stack in a region, listed once for all who ask at the same time. */
export async function sharedListing(props: SnapshotOutputs): Promise<Listing> {
  const { site, region, profile, assumeRole, stack } = props;
  const name = JSON.stringify([site, region, profile, assumeRole, stack]);
  const known = listings.get(name);
  if (known && Date.now() - known.at < freshMs) return known.listing;
  const listing = list(props);
  listings.set(name, { at: Date.now(), listing });
  return listing;
}

/** The next who asks lists anew. */
export function forgetListings(): void {
  listings.clear();
}

async function list(props: SnapshotOutputs): Promise<Listing> {
  const clients = awsClients(props);
  const context = { access: clients.access, action: `list the snapshots of ${props.site}` };
  const [own, shared] = await Promise.all([stackSnapshots(clients, { stack: props.stack }, context), stackSnapshots(clients, { stack: props.stack, publicOnly: true }, context)]);
  return { snapshots: new Map(own.map((one) => [one.id, one])), shared: new Set(shared.map(({ id }) => id)) };
}

/** Whether anybody may make volumes of it. The listing says so first; it is asked again, since it would be a grave thing to say. */
export async function isPublic(props: SnapshotOutputs): Promise<boolean> {
  const clients = awsClients(props);
  const command = new DescribeSnapshotAttributeCommand({ SnapshotId: props.snapshotId, Attribute: "createVolumePermission" });
  const { CreateVolumePermissions = [] } = await sendAws(clients.ec2, command, { access: clients.access, action: `look at ${props.snapshotId} of ${props.site}` });
  return CreateVolumePermissions.some(({ Group }) => Group === "all");
}

/** One that is not among its stack's: it lost the stack's tag, or is gone. @throws AwsError that is `notFound` */
export async function strayed(props: SnapshotOutputs): Promise<FoundSnapshot> {
  const clients = awsClients(props);
  return describeSnapshot(clients, props.snapshotId, { access: clients.access, action: `look at ${props.snapshotId} of ${props.site}` });
}
