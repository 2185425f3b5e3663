import { FleetError } from "#model/errors";
import { getImage, setDeprecation, setFamily } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import type { Pointed } from "#providers/channel-flip/pointer";
import { pointed } from "#providers/channel-flip/pointed";
import { actionOf } from "#providers/channel-flip/pointers/clouds/read-back";
import { familyOf, gcpOf, imagesAround, isOurs, requireImage, versionOf, type GcpTarget } from "#providers/channel-flip/pointers/gcp/target";

/**
 * The native channel is an image family. Who names it gets its newest image, by the time when it was made, that is not deprecated; so
 * exactly one is not.
 */
export async function readFamily(target: GcpTarget): Promise<Pointed> {
  const found = active(target, await imagesAround(target));
  if (!found.some((image) => isOurs(target, image))) return {};
  return pointed([{ place: `family ${familyOf(target)}`, versions: found.map((image) => (isOurs(target, image) && versionOf(target, image)) || `${image.name}, which is not ours`) }]);
}

export async function moveFamily(target: GcpTarget, to: string): Promise<void> {
  const images = await imagesAround(target);
  requireOwnFamily(target, to, active(target, images));
  const now = await activate(target, to);
  // only then the others: between the two the family means one or the other, whichever was made later, and never nothing
  await deprecateOthers(target, images, now);
}

/** Nobody can take an image out of its family; with all of them deprecated, the family means nothing. */
export async function leaveFamily(target: GcpTarget): Promise<void> {
  await deprecateOthers(target, await imagesAround(target), undefined);
}

async function deprecateOthers(target: GcpTarget, images: readonly ComputeImage[], now: ComputeImage | undefined): Promise<void> {
  const gcp = gcpOf(target);
  for (const image of images.filter((one) => one.family === familyOf(target) && isOurs(target, one) && one.name !== now?.name)) {
    const settled = image.deprecation === "DEPRECATED" && (now === undefined || image.replacement.endsWith(`/${now.name}`));
    // what was withdrawn for another reason stays so
    if (!settled && ["ACTIVE", "DEPRECATED"].includes(image.deprecation)) await setDeprecation(gcp, image.name, "DEPRECATED", now?.selfLink);
  }
}

/** The family before the deprecation: in the family of another channel it must not come to be the newest for a moment. */
async function activate(target: GcpTarget, version: string): Promise<ComputeImage> {
  const gcp = gcpOf(target);
  const image = await requireImage(target, version);
  if (image.deprecation === "OBSOLETE" || image.deprecation === "DELETED") {
    throw new FleetError({ action: actionOf(target, version), place: gcp.place, cause: `the image ${image.name} is ${image.deprecation.toLowerCase()}`, hint: "it was withdrawn: point the channel at another release" });
  }
  if (image.family !== familyOf(target)) await setFamily(gcp, image.name, familyOf(target));
  if ((await getImage(gcp, image.name))?.deprecation !== "ACTIVE") await setDeprecation(gcp, image.name, "ACTIVE");
  return image;
}

function active(target: GcpTarget, images: readonly ComputeImage[]): ComputeImage[] {
  return images.filter((image) => image.family === familyOf(target) && image.deprecation === "ACTIVE" && image.status !== "DELETING");
}

/** An image of somebody else's that is newer than ours would be what consumers get, whatever we do. */
function requireOwnFamily(target: GcpTarget, to: string, all: readonly ComputeImage[]): void {
  const foreign = all.filter((image) => !isOurs(target, image) || versionOf(target, image) === undefined).map(({ name }) => name);
  if (foreign.length === 0) return;
  const { project, place } = gcpOf(target);
  throw new FleetError({
    action: actionOf(target, to), place, cause: `the family ${familyOf(target)} has images that are not of the stack ${target.stack}: ${foreign.join(", ")}`,
    hint: `name another channel in imagefleet:sites.${target.site.name}.nativeChannel, or take it out of the way: gcloud compute images deprecate ${foreign[0]} --state=DEPRECATED --project=${project}`,
  });
}
