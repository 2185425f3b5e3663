import { Semaphore } from "async-mutex";
import { tagNames } from "#model/tags";
import type { AwsAccess } from "#providers/shared/aws/access";
import type { Ami, EbsSnapshotFacts } from "#providers/shared/aws/ami";
import { Amis } from "#providers/shared/aws/amis";
import type { Seen } from "#providers/ami-check/compare";

type Tags = Readonly<Record<string, string>>;

/** Milliseconds for which a listing serves: a refresh looks at all AMIs of a region within them, side by side. */
const window = 10_000;
/** Who may launch an AMI is asked of each by itself; so many questions are under way in a process. */
const lanes = new Semaphore(8);

interface Listing<Listed> {
  readonly started: number;
  readonly listed: Promise<Listed>;
  ended: boolean;
}

interface Region {
  readonly amis: ReadonlyMap<string, Ami>;
  readonly snapshots: ReadonlyMap<string, EbsSnapshotFacts>;
}

const listings = new Map<string, Listing<unknown>>();

/** What was listed is known to be out of date. */
export function forgetListings(): void {
  listings.clear();
}

/**
 * All that EC2 says of an AMI: of the AMI itself and its snapshots from one listing of what the stack has in the region, for all
 * who ask within some seconds. @returns undefined where there is no such AMI.
 */
export async function listedAmi(access: AwsAccess, stack: string, id: string): Promise<Seen | undefined> {
  const amis = new Amis(access);
  const region = await shared(["region", access, stack], () => listRegion(amis, stack));
  // one that has lost its owner tag is in no list
  const ami = region.amis.get(id) ?? (await amis.get(id));
  if (!ami) return undefined;
  const ids = Object.values(ami.snapshots);
  const lost = ids.filter((one) => !region.snapshots.has(one));
  const others = lost.length > 0 ? await amis.listSnapshots({ "snapshot-id": lost }) : [];
  return { ami, snapshots: [...ids.flatMap((one) => region.snapshots.get(one) ?? []), ...others], shares: await lanes.runExclusive(() => amis.shares(id)) };
}

/** The same, asked anew. */
export async function freshAmi(access: AwsAccess, ami: Ami): Promise<Seen> {
  const amis = new Amis(access);
  const ids = Object.values(ami.snapshots);
  const [snapshots, shares] = await Promise.all([ids.length > 0 ? amis.listSnapshots({ "snapshot-id": ids }) : [], lanes.runExclusive(() => amis.shares(ami.id))]);
  return { ami, snapshots, shares };
}

/** Tags that an account has put on AMIs that it was given. */
export function listedTags(access: AwsAccess): Promise<ReadonlyMap<string, Tags>> {
  return shared(["tags", access], () => new Amis(access).imageTags());
}

async function listRegion(amis: Amis, stack: string): Promise<Region> {
  const ours = { [`tag:${tagNames.stack}`]: [stack] };
  const [images, snapshots] = await Promise.all([amis.list(ours), amis.listSnapshots(ours)]);
  return { amis: new Map(images.map((ami) => [ami.id, ami])), snapshots: new Map(snapshots.map((snapshot) => [snapshot.id, snapshot])) };
}

/** A listing that failed serves too, so that a region that does not answer is waited for once. */
function shared<Listed>(of: readonly unknown[], list: () => Promise<Listed>): Promise<Listed> {
  const key = JSON.stringify(of);
  const known = listings.get(key) as Listing<Listed> | undefined;
  if (known && (!known.ended || Date.now() - known.started < window)) return known.listed;
  const listing: Listing<Listed> = { started: Date.now(), ended: false, listed: list() };
  listings.set(key, listing);
  listing.listed.then(() => (listing.ended = true), () => (listing.ended = true));
  return listing.listed;
}
