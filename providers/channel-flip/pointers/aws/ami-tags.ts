import { FleetError } from "#model/errors";
import { channelTag } from "#model/tags";
import { Amis } from "#providers/shared/aws/amis";
import { amisOfImage, versionOf } from "#providers/channel-flip/pointers/aws/amis-of-image";
import { placesOf, type AwsPlace, type AwsTarget } from "#providers/channel-flip/pointers/aws/target";
import { everywhere } from "#providers/channel-flip/pointers/clouds/everywhere";
import { pointed } from "#providers/channel-flip/pointed";
import { actionOf, readBack } from "#providers/channel-flip/pointers/clouds/read-back";
import type { Pointed } from "#providers/channel-flip/pointer";

/** An AMI or a snapshot of the image, and what its tag of the channel says in one place. */
interface Tagged {
  readonly id: string;
  /** Of the release that it is of. */
  readonly version: string;
  /** Value of the tag; undefined where it has none. */
  readonly says: string | undefined;
}

interface Seen {
  readonly place: AwsPlace;
  readonly tagged: readonly Tagged[];
}

/** Channels as tags of the AMIs and their snapshots, in every region and in the accounts whose role we have: tags are each account's own. */
export async function readTags(target: AwsTarget): Promise<Pointed> {
  const seen = await lookAround(target);
  return pointed(seen.map(({ place, tagged }) => ({ place: place.name, versions: [...new Set(tagged.flatMap((one) => statement(one, tagged)))] })));
}

/** A tag that says another version than that of what bears it, or one that a snapshot lacks, is no pointer of the release. */
function statement({ id, version, says }: Tagged, all: readonly Tagged[]): string[] {
  if (says === undefined) return all.some((one) => one.version === version && one.says === version) ? [`${version} but for ${id}`] : [];
  return [says === version ? version : `${says} on ${id} of ${version}`];
}

export async function moveTags(target: AwsTarget, to: string | undefined): Promise<void> {
  const tag = channelTag(target.channel);
  const seen = await lookAround(target);
  const lacking = seen.filter(({ place: { account }, tagged }) => account === undefined && !tagged.some(({ version }) => version === to));
  if (to !== undefined && lacking.length > 0) {
    throw new FleetError({ action: actionOf(target, to), place: `site ${target.site.name}`, cause: `there is no AMI of ${target.image}@${to} of this stack in ${lacking.map(({ place }) => place.name).join(", ")}`, hint: "npm run up registers what is missing" });
  }
  await everywhere(seen, async ({ place, tagged }) => {
    const amis = new Amis(place.access);
    // first the new one: who looks in between finds two, and never none
    for (const { id } of tagged.filter(({ version, says }) => version === to && says !== to)) await amis.tag(id, { set: { [tag]: to! }, remove: [] });
    for (const { id } of tagged.filter(({ version, says }) => version !== to && says !== undefined)) await amis.tag(id, { set: {}, remove: [tag] });
  });
  await readBack(target, to, () => readTags(target), { hint: "somebody else changes the tags at the same time; find out who (CloudTrail), then npm run up" });
}

async function lookAround(target: AwsTarget): Promise<Seen[]> {
  const tag = channelTag(target.channel);
  const regions = await amisOfImage(target);
  return everywhere(placesOf(target), async (place) => {
    const { amis } = regions.find(({ region }) => region === place.region)!;
    const all = new Amis(place.access);
    if (place.account !== undefined) {
      const tags = amis.length > 0 ? await all.imageTags({ "resource-id": amis.map(({ id }) => id) }) : new Map<string, Readonly<Record<string, string>>>();
      return { place, tagged: amis.map((ami) => ({ id: ami.id, version: versionOf(ami), says: tags.get(ami.id)?.[tag] })) };
    }
    const ids = amis.flatMap((ami) => Object.values(ami.snapshots));
    const snapshots = new Map((ids.length > 0 ? await all.listSnapshots({ "snapshot-id": ids }) : []).map((snapshot) => [snapshot.id, snapshot]));
    return { place, tagged: amis.flatMap((ami) => [ami, ...Object.values(ami.snapshots).flatMap((id) => snapshots.get(id) ?? [])].map(({ id, tags }) => ({ id, version: versionOf(ami), says: tags[tag] }))) };
  });
}
