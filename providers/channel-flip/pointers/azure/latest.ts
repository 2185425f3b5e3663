import { FleetError } from "#model/errors";
import { compareVersions } from "#model/version";
import { Arm } from "#providers/shared/azure/arm";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import type { Pointed } from "#providers/channel-flip/pointer";
import { pointed } from "#providers/channel-flip/pointed";
import { actionOf } from "#providers/channel-flip/pointers/clouds/read-back";
import { isCandidate, setExcluded } from "#providers/channel-flip/pointers/azure/set-excluded";
import { imagesAround, isOurs, placeOf, requireImage, versionOf, type AzureTarget } from "#providers/channel-flip/pointers/azure/target";

/**
 * The native channel is what `latest` means: the highest version of the image's definition that is not excluded from it, in each region.
 * So exactly one is not excluded.
 */
export async function readLatest(target: AzureTarget): Promise<Pointed> {
  const versions = (await imagesAround(target)).filter(isCandidate).map((image) => `${versionOf(target, image)}${isOurs(target, image) ? "" : ", which is not ours"}${exceptIn(image)}`);
  return pointed([{ place: "latest", versions }]);
}

/**
 * First the new one is let in, and only when Azure has done so the others are excluded, the lower ones first. So `latest` is the former
 * release until it is the new one, whichever of them is the higher: going up it turns with the first request, going down with the
 * last. It never means nothing, and never a third release in between.
 */
export async function moveLatest(target: AzureTarget, to: string | undefined): Promise<void> {
  const images = await imagesAround(target);
  requireOwn(target, to, images);
  const asked = { ...target, action: actionOf(target, to) };
  const now = to === undefined ? undefined : requireImage(target, images, to);
  if (now && (!isCandidate(now) || exceptIn(now) !== "")) await setExcluded(new Arm(), now, false, asked);
  const others = images.filter((image) => isCandidate(image) && isOurs(target, image) && image.id !== now?.id);
  for (const other of others.toSorted((a, b) => compareVersions(a.name, b.name))) await setExcluded(new Arm(), other, true, asked);
}

/** A region may leave it out by itself. */
function exceptIn({ profile }: RegisteredImage): string {
  const regions = (profile?.targetRegions ?? []).filter(({ excludeFromLatest }) => excludeFromLatest === true).map(({ name }) => name);
  return regions.length > 0 ? ` but for ${regions.join(", ")}` : "";
}

/** A version of somebody else's that is higher than ours would be what consumers get, whatever we do. */
function requireOwn(target: AzureTarget, to: string | undefined, images: readonly RegisteredImage[]): void {
  const foreign = images.filter((image) => isCandidate(image) && !isOurs(target, image)).map(({ name }) => name);
  if (foreign.length === 0 || to === undefined) return;
  const { gallery, resourceGroup } = target.site;
  throw new FleetError({
    action: actionOf(target, to), place: placeOf(target), cause: `latest may be a version that is not of the stack ${target.stack}: ${foreign.join(", ")}`,
    hint: `exclude it from latest: az sig image-version update --resource-group ${resourceGroup} --gallery-name ${gallery} --gallery-image-definition ${target.image} --gallery-image-version ${foreign[0]} --set publishingProfile.excludeFromLatest=true`,
  });
}
