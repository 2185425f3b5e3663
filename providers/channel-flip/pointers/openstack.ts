import type { OpenstackSite } from "#model/config/types";
import { FleetError } from "#model/errors";
import { channelProperty, openstackImageName, ours } from "#model/openstack-image";
import { releaseName } from "#model/release";
import { storedFormat } from "#providers/channel-flip/pointers/stored-format";
import { listImages, patchImage, type ImagePatch } from "#providers/shared/openstack/glance";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import { openCloud, placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import type { Pointed, Pointers, PointerTarget } from "#providers/channel-flip/pointer";

const yes = "true";

/**
 * Channels of a Glance: the property `imagefleet_channel_<channel>` is `true` on the release that a channel points at. Of the site's own
 * channel that release is also the only one that lists show: the others are hidden.
 */
export const pointers: Pointers = {
  async verify(target: PointerTarget, version: string): Promise<void> {
    const { cloud, images } = await ourImages(target);
    const fault = await faultOf(target, version, images);
    if (fault === undefined) return;
    throw new FleetError({ action: `verify ${target.image}@${version} on ${target.site.name}`, place: placeOf(cloud.cloud, cloud.region), cause: fault, hint: "run `npm run up`: it registers what is missing, and mends what is not" });
  },

  async read(target: PointerTarget): Promise<Pointed> {
    const { images } = await ourImages(target);
    const marked = images.filter((image) => isMarked(image, target));
    const version = marked[0]?.properties[ours.version];
    const wrong = target.native && version !== undefined ? images.filter((image) => image.hidden === marked.includes(image)) : [];
    if (marked.length < 2 && wrong.length === 0) return version === undefined ? {} : { version };
    return { mixed: [...marked.map((image) => versionOf(image)), ...wrong.map((image) => `${versionOf(image)} is ${image.hidden ? "hidden" : "shown"}`)] };
  },

  /** The new one first: who asks meanwhile finds two, rather than none. */
  async move(target: PointerTarget, to: string | undefined): Promise<void> {
    const { cloud, images } = await ourImages(target);
    const wanted = images.filter((image) => image.properties[ours.version] === to);
    if (to !== undefined && wanted.length === 0) throw new FleetError({ action: `move ${target.channel} of ${target.image}`, place: placeOf(cloud.cloud, cloud.region), cause: `there is no image ${openstackImageName({ image: target.image, version: to })} of ours`, hint: "npm run up" });
    for (const image of wanted) await change(cloud, image, changes(target, image, true));
    for (const image of images) if (!wanted.includes(image)) await change(cloud, image, changes(target, image, false, to === undefined));
  },
};

/** @param ended The channel points nowhere from now on, so that it hides nothing either. */
function changes(target: PointerTarget, image: GlanceImage, pointed: boolean, ended = false): ImagePatch[] {
  const path = `/${channelProperty(target.channel)}`;
  const present = channelProperty(target.channel) in image.properties;
  const hidden = !pointed && !ended;
  return [
    ...(pointed && !isMarked(image, target) ? [{ op: present ? "replace" : "add", path, value: yes } as const] : []),
    ...(!pointed && present ? [{ op: "remove", path } as const] : []),
    ...(target.native && image.hidden !== hidden ? [{ op: "replace", path: "/os_hidden", value: hidden } as const] : []),
  ];
}

async function change(cloud: Cloud, image: GlanceImage, patches: readonly ImagePatch[]): Promise<void> {
  if (patches.length > 0) await patchImage(cloud, image, patches, "who may set these is the cloud's policy: ask its administrators");
}

async function faultOf({ site, image }: PointerTarget, version: string, images: readonly GlanceImage[]): Promise<string | undefined> {
  const id = { image, version };
  const { format } = site as OpenstackSite;
  const [build, record] = await storedFormat(id, format);
  if (!build || !record) return `the store has no ${format} of ${releaseName(id)}`;
  const [found, ...more] = images.filter(({ name }) => name === openstackImageName(id));
  if (!found) return "the image is missing";
  if (more.length > 0) return `there are ${more.length + 1} images of that name`;
  if (found.status !== "active") return `the image is ${found.status}`;
  if (found.properties[ours.key] !== build.key || found.properties[ours.sha256] !== record.artifact.sha256) return "the image is of another build";
  return found.size === record.artifact.bytes ? undefined : `the image has ${String(found.size)} bytes, not ${record.artifact.bytes}`;
}

function isMarked({ properties }: GlanceImage, { channel }: PointerTarget): boolean {
  return properties[channelProperty(channel)] === yes;
}

function versionOf({ id, properties }: GlanceImage): string {
  return properties[ours.version] ?? id;
}

/** The stack's images of this name, in its project. */
async function ourImages({ site, image, stack }: PointerTarget): Promise<{ cloud: Cloud; images: GlanceImage[] }> {
  const { cloud: entry, region } = site as OpenstackSite;
  const cloud = await openCloud(entry, region);
  const images = await listImages(cloud, { owner: await cloud.project(), [ours.stack]: stack, [ours.image]: image });
  return { cloud, images };
}
