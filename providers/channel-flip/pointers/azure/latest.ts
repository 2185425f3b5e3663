import { FleetError } from "#model/errors";
import { compareVersions } from "#model/version";
import { Arm } from "#providers/shared/azure/arm";
import { changeRegistered } from "#providers/shared/azure/registered";
import type { PublishingProfile, RegisteredImage } from "#providers/shared/azure/registered-image";
import { settledImage } from "#providers/shared/azure/settled";
import { Progress } from "#providers/shared/progress";
import type { Pointed } from "#providers/channel-flip/pointer";
import { pointed } from "#providers/channel-flip/pointers/clouds/pointed";
import { actionOf } from "#providers/channel-flip/pointers/clouds/read-back";
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
  const now = to === undefined ? undefined : requireImage(target, images, to);
  if (now && (!isCandidate(now) || exceptIn(now) !== "")) await setExcluded(target, now, false, to);
  const others = images.filter((image) => isCandidate(image) && isOurs(target, image) && image.id !== now?.id);
  for (const other of others.toSorted((a, b) => compareVersions(a.name, b.name))) await setExcluded(target, other, true, to);
}

function isCandidate({ profile }: RegisteredImage): boolean {
  return profile?.excludeFromLatest !== true;
}

/** A region may leave it out by itself. */
function exceptIn({ profile }: RegisteredImage): string {
  const regions = (profile?.targetRegions ?? []).filter(({ excludeFromLatest }) => excludeFromLatest === true).map(({ name }) => name);
  return regions.length > 0 ? ` but for ${regions.join(", ")}` : "";
}

/** Azure takes no second change of a version before it is done with the first. */
async function setExcluded(target: AzureTarget, { id, name }: RegisteredImage, excluded: boolean, to: string | undefined): Promise<void> {
  const arm = new Arm();
  const progress = new Progress(`${target.site.name}/${target.image}`);
  const began = Date.now();
  const settled = () => settledImage(arm, id, { firstMs: 250, patienceMs: 30 * 60_000, progress: (text) => Date.now() - began > 2_000 && progress.say(text) });
  try {
    const before = await settled();
    if (before?.profile) await changeRegistered(arm, id, { profile: profileOf(before.profile, excluded) });
    const after = await settled();
    if (after && isCandidate(after) !== excluded && after.state === "Succeeded") return;
    const cause = after ? `the version ${name} is ${after.state} and ${isCandidate(after) ? "not " : ""}excluded from latest` : `the version ${name} is gone`;
    throw new FleetError({ action: actionOf(target, to), place: placeOf(target), cause, hint: "look at the activity log of the resource group, then npm run up" });
  } finally {
    progress.stop();
  }
}

function profileOf({ publishedDate: _, targetRegions, ...profile }: PublishingProfile, excluded: boolean): PublishingProfile {
  return { ...profile, excludeFromLatest: excluded, ...(targetRegions && { targetRegions: excluded ? targetRegions : targetRegions.map((region) => ({ ...region, excludeFromLatest: false })) }) };
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
