import { FleetError } from "#model/errors";
import type { Arm } from "#providers/shared/azure/arm";
import { changeRegistered } from "#providers/shared/azure/registered";
import type { PublishingProfile, RegisteredImage } from "#providers/shared/azure/registered-image";
import { settledImage } from "#providers/shared/azure/settled";
import { Progress } from "#providers/shared/progress";

export interface Excluding {
  readonly site: { readonly name: string };
  readonly image: string;
  /** For messages: `point stable of debian-12 at 2026.1101.2`. */
  readonly action: string;
}

/** Whether `latest` may mean it. */
export function isCandidate({ profile }: RegisteredImage): boolean {
  return profile?.excludeFromLatest !== true;
}

/** Waits before and after: Azure takes no second change of a version before it is done with the first. @throws FleetError */
export async function setExcluded(arm: Arm, { id, name }: Pick<RegisteredImage, "id" | "name">, excluded: boolean, { site, image, action }: Excluding): Promise<void> {
  const progress = new Progress(`${site.name}/${image}`);
  const began = Date.now();
  const settled = () => settledImage(arm, id, { firstMs: 250, patienceMs: 30 * 60_000, progress: (text) => Date.now() - began > 2_000 && progress.say(text) });
  try {
    const before = await settled();
    if (before?.profile) await changeRegistered(arm, id, { profile: profileOf(before.profile, excluded) });
    const after = await settled();
    if (after && isCandidate(after) !== excluded && after.state === "Succeeded") return;
    const cause = after ? `the version ${name} is ${after.state} and ${isCandidate(after) ? "not " : ""}excluded from latest` : `the version ${name} is gone`;
    throw new FleetError({ action, place: id, cause, hint: "look at the activity log of the resource group, then npm run up" });
  } finally {
    progress.stop();
  }
}

function profileOf({ publishedDate: _, targetRegions, ...profile }: PublishingProfile, excluded: boolean): PublishingProfile {
  return { ...profile, excludeFromLatest: excluded, ...(targetRegions && { targetRegions: excluded ? targetRegions : targetRegions.map((region) => ({ ...region, excludeFromLatest: false })) }) };
}
