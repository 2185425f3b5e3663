import { definitionId, registeredId, resourceGroupId } from "#model/azure-ids";
import type { AzureSite } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import { tagNames } from "#model/tags";
import { Arm } from "#providers/shared/azure/arm";
import { listRegistered } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { actionOf } from "#providers/channel-flip/pointers/clouds/read-back";

export type AzureTarget = PointerTarget & { readonly site: AzureSite };

/** For messages. */
export function placeOf({ site }: AzureTarget): string {
  return `site ${site.name}, resource group ${site.resourceGroup}`;
}

/** All versions of the image's definition, whoever made them, or the stack's managed images of it. */
export async function imagesAround(target: AzureTarget): Promise<RegisteredImage[]> {
  const { site, image } = target;
  const definition = definitionId(site, image);
  if (definition !== undefined) return listRegistered(new Arm(), definition);
  return (await listRegistered(new Arm(), resourceGroupId(site))).filter((one) => isOurs(target, one));
}

export function isOurs({ image, stack }: Pick<AzureTarget, "image" | "stack">, { tags }: Pick<RegisteredImage, "tags">): boolean {
  return tags[tagNames.stack] === stack && tags[tagNames.image] === image;
}

/** A version's name is the release's; a managed image says it in a tag. */
export function versionOf({ site }: AzureTarget, { name, tags }: Pick<RegisteredImage, "name" | "tags">): string {
  return site.gallery === undefined ? (tags[tagNames.version] ?? "") : name;
}

/** The image that is to be pointed at. @throws FleetError where it is not there, or not ours */
export function requireImage(target: AzureTarget, images: readonly RegisteredImage[], version: string): RegisteredImage {
  const { site, image } = target;
  const found = images.find((one) => versionOf(target, one) === version);
  if (found && isOurs(target, found)) return found;
  const cause = found ? `its tags do not say that ${found.name} is of the stack ${target.stack}` : `there is no ${registeredId(site, { image, version })} of this stack`;
  throw new FleetError({ action: actionOf(target, version), place: placeOf(target), cause, hint: "npm run up registers what is missing" });
}
