import { FleetError } from "#model/errors";
import { openstackImageName } from "#model/openstack-image";
import { getImage, listImages, listMembers, patchImage, reactivateImage, removeMember } from "#providers/shared/openstack/glance";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import { openCloud, placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import type { CheckedSite, CheckInputs, CheckLook, SettleOptions } from "#providers/registration-check/inputs";
import { activeImage } from "#providers/registration-check/openstack/active-image";
import { differences, type Difference, type Named } from "#providers/registration-check/openstack/compare";
import { accessOf } from "#providers/registration-check/openstack/expectation";
import { forgetListings, stackImages } from "#providers/registration-check/openstack/listing";
import { hashText, requireBytes } from "#providers/registration-check/openstack/bytes";

/** The state stays slim: the rest is found when these are repaired. */
const shownFaults = 4;

/** Registrations in the Glance of one OpenStack region. */
export const openstackCheck: CheckedSite = {
  async settle(inputs: CheckInputs, options: SettleOptions): Promise<string> {
    const cloud = await openCloud(inputs.cloud, inputs.region);
    const active = await activeImage(cloud, inputs, options);
    const hash = await requireBytes(cloud, active, inputs, options.sealed);
    if (options.suspicious) await refuseTwins(cloud, inputs);
    await repair(cloud, active, inputs, options);
    forgetListings();
    return hash;
  },

  async inspect(props: CheckLook): Promise<string> {
    const cloud = await openCloud(props.cloud, props.region);
    const listed = await stackImages(cloud, props.stack);
    const wanted = { name: openstackImageName(props), expected: { ...props.expected, kept: {} } };
    // one that has lost its owner tag is in no list
    const image = listed.get(props.imageId) ?? (await getImage(cloud, props.imageId));
    if (!image) return "missing";
    const faults = [...bytesFault(props, image), ...(await differencesNow(cloud, image, wanted)).map(({ what }) => what)];
    if (faults.length > 0) return `incorrect: ${faults.slice(0, shownFaults).join("; ")}`;
    const twins = [...listed.values()].filter(({ id, name }) => id !== props.imageId && name === wanted.name);
    return twins.length > 0 ? `unexpected: ${twins.map(({ id }) => id).join(", ")} of the same name` : "correct";
  },

  /** Neither Glance nor the official resource deletes an image that is protected. */
  async release({ cloud: entry, region, imageId, expected }: CheckLook): Promise<void> {
    if (!accessOf(expected).protected) return;
    const cloud = await openCloud(entry, region);
    const image = await getImage(cloud, imageId);
    if (image?.protected) await patchImage(cloud, image, [{ op: "replace", path: "/protected", value: false }]);
  },
};

function* bytesFault(props: CheckLook, image: GlanceImage): Iterable<string> {
  if (image.status !== "active") yield `status is ${image.status}`;
  else if (props.hash !== hashText(image)) yield "its bytes were exchanged";
}

/** Members alone need a question for each image, and only an image that is shared has any. */
async function differencesNow(cloud: Cloud, image: GlanceImage, wanted: Named): Promise<Difference[]> {
  const shared = image.visibility === "shared" && accessOf(wanted.expected).visibility === "shared";
  return differences(wanted, image, shared ? (await listMembers(cloud, image)).map(({ project }) => project) : undefined);
}

async function repair(cloud: Cloud, active: GlanceImage, inputs: CheckInputs, { progress }: SettleOptions): Promise<void> {
  if (active.status === "deactivated") {
    progress(`${inputs.version}: deactivated; activating it again`);
    await reactivateImage(cloud, active);
  }
  const wanted = { name: openstackImageName(inputs), expected: inputs.expected };
  const found = await differencesNow(cloud, active, wanted);
  if (found.length === 0) return;
  const changes = found.flatMap(({ patch }) => patch ?? []);
  const members = found.flatMap(({ member }) => member ?? []);
  for (const { what, patch, member } of found) if (patch || member !== undefined) progress(`${inputs.version}: ${what}; put right`);
  if (changes.length > 0) await patchImage(cloud, active, changes, "who may set these is the cloud's policy: ask its administrators, or declare in imagefleet:sites what they want");
  for (const member of members) await removeMember(cloud, active, member);
  const now = await getImage(cloud, inputs.imageId);
  const left = now && (await differencesNow(cloud, now, wanted));
  if (left?.length === 0) return;
  throw new FleetError({
    ...what(inputs),
    cause: left ? left.map((difference) => difference.what).join("; ") : `the image ${inputs.imageId} was deleted meanwhile`,
    hint: "run `npm run up` again: the resource that declares them sets them once it has been refreshed",
  });
}

/** Consumers that go by the name would get either. */
async function refuseTwins(cloud: Cloud, inputs: CheckInputs): Promise<void> {
  const name = openstackImageName(inputs);
  const twins = (await listImages(cloud, { owner: await cloud.project(), name })).filter(({ id }) => id !== inputs.imageId);
  if (twins.length === 0) return;
  const ids = twins.map(({ id }) => id).join(" ");
  throw new FleetError({ ...what(inputs), cause: `there are other images named ${name}: ${ids}; ours is ${inputs.imageId}`, hint: `openstack image delete ${ids}` });
}

function what({ image, version, cloud, region, site }: CheckInputs): { action: string; place: string } {
  return { action: `check ${image}@${version} on ${site}`, place: placeOf(cloud, region) };
}
