import { channelLabel } from "#model/gcp-image";
import { getImage, setLabels } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import type { Pointed } from "#providers/channel-flip/pointer";
import { pointed } from "#providers/channel-flip/pointed";
import { gcpOf, imagesAround, isOurs, requireImage, versionOf, type GcpTarget } from "#providers/channel-flip/pointers/gcp/target";

const changesBorne = 3;

/** Channels for which Compute Engine has no pointer of its own are labels, with the version, dashes for its dots, as their value. */
export async function readLabels(target: GcpTarget): Promise<Pointed> {
  const label = channelLabel(target.channel);
  const images = (await imagesAround(target)).filter((image) => isOurs(target, image) && image.labels[label] !== undefined);
  const versions = images.map((image) => (image.labels[label] === valueOf(target, image) ? versionOf(target, image)! : `${image.labels[label]} on ${image.name}`));
  return pointed([{ place: `project ${target.site.project}`, versions }]);
}

export async function moveLabels(target: GcpTarget, to: string | undefined): Promise<void> {
  const label = channelLabel(target.channel);
  const now = to === undefined ? undefined : await requireImage(target, to);
  // first the new one: who looks in between finds two, and never none
  if (now) await setLabel(target, now, label, valueOf(target, now));
  for (const image of await imagesAround(target)) if (isOurs(target, image) && image.name !== now?.name) await setLabel(target, image, label, undefined);
}

function valueOf(target: GcpTarget, image: ComputeImage): string | undefined {
  return versionOf(target, image)?.replaceAll(".", "-");
}

/** Labels are set all at once; where somebody else has set others meanwhile, their fingerprint tells, and these are taken over. */
async function setLabel(target: GcpTarget, image: ComputeImage, label: string, value: string | undefined): Promise<void> {
  const gcp = gcpOf(target);
  for (let left = changesBorne, seen: ComputeImage | undefined = image; seen && seen.labels[label] !== value; left--) {
    const { [label]: _, ...others } = seen.labels;
    try {
      return await setLabels(gcp, seen, value === undefined ? others : { ...others, [label]: value });
    } catch (error) {
      if (left === 0 || !(error instanceof GcpError) || error.status !== 412) throw error;
      seen = await getImage(gcp, image.name);
    }
  }
}
