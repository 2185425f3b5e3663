import type { GcpSite } from "#model/config/sites/gcp";
import { familyName, gcpImageName, labelNames, readGcpDescription, stackLabel } from "#model/gcp-image";
import { FleetError } from "#model/errors";
import { getImage, listImages } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import { openGcp, type Gcp } from "#providers/shared/gcp/open-gcp";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { actionOf } from "#providers/channel-flip/pointers/clouds/read-back";

export type GcpTarget = PointerTarget & { readonly site: GcpSite };

export function gcpOf({ site }: GcpTarget): Gcp {
  return openGcp(site.project);
}

export function familyOf({ image, channel }: Pick<GcpTarget, "image" | "channel">): string {
  return familyName(image, channel);
}

/** The stack's images of the image, and whatever else is in the family of the channel. */
export async function imagesAround(target: GcpTarget): Promise<ComputeImage[]> {
  const { image, stack } = target;
  return listImages(gcpOf(target), `((labels.${labelNames.stack} = "${stackLabel(stack)}") AND (labels.${labelNames.image} = "${image}")) OR (family = "${familyOf(target)}")`);
}

/** By the description, which says it exactly, or else by the label. */
export function isOurs({ stack }: Pick<GcpTarget, "stack">, { description, labels }: Pick<ComputeImage, "description" | "labels">): boolean {
  const said = readGcpDescription(description)?.stack;
  return said === undefined ? labels[labelNames.stack] === stackLabel(stack) : said === stack;
}

/** `debian-12-2026-1101-2` is 2026.1101.2; of other images it is undefined. */
export function versionOf({ image }: Pick<GcpTarget, "image">, { name }: Pick<ComputeImage, "name">): string | undefined {
  const rest = name.startsWith(`${image}-`) ? name.slice(image.length + 1) : "";
  return /^\d+-\d+-\d+$/.test(rest) ? rest.replaceAll("-", ".") : undefined;
}

/** The image that is to be pointed at, by its name: its labels may be lost. @throws FleetError where it is not there, or not ours */
export async function requireImage(target: GcpTarget, version: string): Promise<ComputeImage> {
  const gcp = gcpOf(target);
  const name = gcpImageName({ image: target.image, version });
  const image = await getImage(gcp, name);
  const why = !image ? `there is no image ${name}` : !isOurs(target, image) ? `the image ${name} is not of the stack ${target.stack}` : image.status !== "READY" ? `the image ${name} is ${image.status.toLowerCase()}` : undefined;
  if (why === undefined) return image!;
  throw new FleetError({ action: actionOf(target, version), place: gcp.place, cause: why, hint: "npm run up registers what is missing" });
}
