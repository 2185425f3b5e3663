import { FleetError } from "#model/errors";
import { tagNames } from "#model/tags";
import { placeOf } from "#providers/shared/aws/aws-fault";
import { amiOfVersion, amisOfImage, versionOf, type RegionAmis } from "#providers/channel-flip/pointers/aws/amis-of-image";
import { ParameterStore, type AmiParameter } from "#providers/channel-flip/pointers/aws/parameter-store";
import { placesOf, type AwsPlace, type AwsTarget } from "#providers/channel-flip/pointers/aws/target";
import { everywhere } from "#providers/channel-flip/pointers/clouds/everywhere";
import { pointed } from "#providers/channel-flip/pointed";
import { actionOf, readBack } from "#providers/channel-flip/pointers/clouds/read-back";
import type { Pointed } from "#providers/channel-flip/pointer";

type Found = Pick<AmiParameter, "value" | "tags"> | undefined;

interface Seen {
  readonly place: AwsPlace;
  readonly found: Found;
}

const unseen = "Systems Manager keeps no AMI that the writer may not see: allow ec2:DescribeImages beside ssm:PutParameter in each account, then npm run up";

/** Channels as parameters that hold the id of the AMI: instances are started from `resolve:ssm:/images/debian-12/stable`. */
export async function readParameters(target: AwsTarget): Promise<Pointed> {
  const [regions, seen] = await Promise.all([amisOfImage(target), lookAround(target)]);
  return pointed(seen.map(({ place, found }) => ({ place: place.name, versions: found ? [isOurs(target, found) ? meaning(regions, place, found.value) : `${found.value}, which is not ours`] : [] })));
}

export async function moveParameters(target: AwsTarget, to: string | undefined): Promise<void> {
  const [regions, seen] = await Promise.all([amisOfImage(target), lookAround(target)]);
  requireOurs(target, to, seen);
  const amis = new Map(regions.map((region) => [region.region, to === undefined ? undefined : amiOfVersion(region, to)?.id]));
  requireAmis(target, to, amis);
  await everywhere(seen, async ({ place, found }) => {
    const value = amis.get(place.region);
    const store = new ParameterStore(place.access);
    if (value === undefined) return found && store.remove(nameOf(target));
    const parameter = wanted(target, value, to!);
    const right = found?.value === value && Object.entries(parameter.tags).every(([name, text]) => found.tags[name] === text);
    if (right) return;
    await (found ? store.replace(parameter) : store.create(parameter));
    // a value that comes to hold later would undo what moves everything back in between
    await readBack(target, to, async () => ({ version: (await store.get(parameter.name))?.value === value ? to! : "another AMI" }), { hint: unseen, place: placeOf(place.access) });
  });
  await readBack(target, to, () => readParameters(target), { hint: unseen });
}

function lookAround(target: AwsTarget): Promise<Seen[]> {
  return everywhere(placesOf(target), async (place) => ({ place, found: await new ParameterStore(place.access).get(nameOf(target)) }));
}

/** `/images/debian-12/stable` */
function nameOf({ site: { parameter = "" }, image, channel }: AwsTarget): string {
  return parameter.replaceAll("{image}", image).replaceAll("{channel}", channel);
}

function wanted(target: AwsTarget, value: string, version: string): AmiParameter {
  const { site, image, channel, stack } = target;
  return {
    name: nameOf(target), value,
    description: `AMI of ${image} ${version}, the release that the channel ${channel} points at; kept by imagefleet, stack ${stack}`,
    tags: { ...site.tags, [tagNames.image]: image, [tagNames.version]: version, [tagNames.channel]: channel, [tagNames.stack]: stack },
  };
}

function isOurs({ image, channel, stack }: AwsTarget, { tags }: NonNullable<Found>): boolean {
  return tags[tagNames.stack] === stack && tags[tagNames.image] === image && tags[tagNames.channel] === channel;
}

/** The id tells, not the tags beside it: it is what machines are started from. */
function meaning(regions: readonly RegionAmis[], { region }: AwsPlace, id: string): string {
  const ami = regions.find((one) => one.region === region)?.amis.find((one) => one.id === id);
  return ami ? versionOf(ami) : `${id}, which is no AMI of the image`;
}

/** All of those that stand in the way at once, before the first one is changed. */
function requireOurs(target: AwsTarget, to: string | undefined, seen: readonly Seen[]): void {
  const foreign = seen.filter(({ found }) => found && !isOurs(target, found)).map(({ place, found }) => `${place.name} (${found!.tags[tagNames.stack] ?? "made by others"})`);
  if (foreign.length === 0) return;
  throw new FleetError({
    action: actionOf(target, to), place: `site ${target.site.name}`, cause: `the parameter ${nameOf(target)} is there and not this stack's: ${foreign.join(", ")}`,
    hint: `choose another imagefleet:sites.${target.site.name}.parameter, or look at it and delete it: aws ssm delete-parameter --name ${nameOf(target)} --region REGION`,
  });
}

function requireAmis(target: AwsTarget, to: string | undefined, amis: ReadonlyMap<string, string | undefined>): void {
  const lacking = [...amis].filter(([, id]) => id === undefined).map(([region]) => region);
  if (to === undefined || lacking.length === 0) return;
  throw new FleetError({ action: actionOf(target, to), place: `site ${target.site.name}`, cause: `there is no AMI of ${target.image}@${to} of this stack in ${lacking.join(", ")}`, hint: "npm run up registers what is missing" });
}
