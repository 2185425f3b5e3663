import { FleetError } from "#model/errors";
import { isChannelTag } from "#model/tags";
import type { Arm } from "#providers/shared/azure/arm";
import { forgetListings } from "#providers/shared/azure/listing";
import { changeRegistered, deleteRegistered, getDefinition, kindOf, nameOf } from "#providers/shared/azure/registered";
import { regionName, type PublishingProfile, type RegisteredImage } from "#providers/shared/azure/registered-image";
import { settledImage, type Waiting } from "#providers/shared/azure/settled";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import { differences, type Difference } from "#providers/azure-image-check/compare";
import type { AzureExpectation } from "#providers/azure-image-check/expectation";

export interface Settling extends Waiting {
  readonly arm: Arm;
  readonly imageId: string;
  readonly expected: AzureExpectation;
  /** For messages: `check debian-12@2026.1101.2 on azure-main`. */
  readonly action: string;
}

/** A region that fails may do so more than once; those that are whole stay. */
const attempts = 3;

/**
 * Waits until Azure has made it and copied it to every region, compares it with what it should be, and repairs what can be. One of
 * other bytes is deleted.
 * @throws FleetError where it is not as expected afterwards.
 */
export async function settle(settling: Settling): Promise<void> {
  const { arm, imageId, progress } = settling;
  for (let attempt = 1; ; attempt++) {
    const image = await settledImage(arm, imageId, settling);
    if (!image) return startOver(settling, `there is no ${kindOf(imageId)} ${nameOf(imageId)}`);
    const found = await compared(settling, image);
    if (found.length === 0) return forgetListings();
    await requireDisk(settling, image);
    const text = found.map(({ what }) => what).join("; ");
    if (attempt > attempts || found.some(({ mend }) => mend === undefined)) throw new FleetError({ action: settling.action, place: imageId, cause: text, hint: hintOf(found) });
    progress(`${text}; putting it right`);
    await repair(settling, image, found);
  }
}

async function compared({ arm, imageId, expected }: Settling, image: RegisteredImage): Promise<Difference[]> {
  const [definition] = /^.*\/galleries\/[^/]+\/images\/[^/]+(?=\/versions\/)/.exec(imageId) ?? [];
  return differences(image, expected, definition === undefined ? undefined : await getDefinition(arm, definition));
}

/** Only the stack's own images come here: what has a disk of another size was made of the wrong one. */
async function requireDisk(settling: Settling, { size }: RegisteredImage): Promise<void> {
  const { arm, imageId, expected } = settling;
  if (size === undefined || size === expected.size) return;
  await deleteRegistered(arm, imageId);
  forgetListings();
  await startOver(settling, `its disk has ${size} GiB, not ${expected.size}; the ${kindOf(imageId)} ${nameOf(imageId)} was deleted`);
}

/** One request: what was named in it is replicated again where it failed. */
async function repair({ arm, imageId, expected }: Settling, { tags, profile }: RegisteredImage, found: readonly Difference[]): Promise<void> {
  const has = (part: Difference["mend"]) => found.some(({ mend }) => mend === part);
  const pointers = Object.fromEntries(Object.entries(tags).filter(([name]) => isChannelTag(name)));
  await changeRegistered(arm, imageId, { ...(has("tags") && { tags: { ...expected.tags, ...pointers } }), ...(has("profile") && profile && { profile: profileOf(expected, profile) }) });
}

/** As it is, `excludeFromLatest` included, which channels flip, but for what is declared here. */
export function profileOf({ regions, endOfLife }: Pick<AzureExpectation, "regions" | "endOfLife">, { publishedDate: _, ...now }: PublishingProfile): PublishingProfile {
  const known = new Map((now.targetRegions ?? []).map((target) => [regionName(target.name), target]));
  const targetRegions = regions.map(({ region, replicas }) => ({ ...known.get(region), name: region, regionalReplicaCount: replicas }));
  return { ...now, targetRegions, endOfLifeDate: endOfLife ?? null };
}

async function startOver({ action, imageId }: Settling, cause: string): Promise<never> {
  await askForAnotherRun("to make again what could not be used and was removed");
  throw new FleetError({ action, place: imageId, cause, hint: againHint });
}

function hintOf(found: readonly Difference[]): string {
  if (found.some(({ mend }) => mend === undefined)) return "generation and security of an image definition are for good: give the image another name, or delete the definition with all its versions";
  return "look at the activity log of the resource group, then run `npm run up` again";
}
