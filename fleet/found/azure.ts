import type { ConfigFault } from "#model/config/config-error";
import type { AzureSite } from "#model/config/sites/azure";
import { definitionId, listedUnder, registeredId } from "#model/azure-ids";
import { ownerOf } from "#model/owner";
import { tagNames } from "#model/tags";
import { Arm } from "#providers/shared/azure/arm";
import { AzureError } from "#providers/shared/azure/azure-error";
import { changeRegistered, deleteRegistered, getDefinition, kindOf, listRegistered, nameOf } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import { failedRegions, settledImage } from "#providers/shared/azure/settled";
import { unreachableCause } from "#providers/shared/unreachable";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { match } from "#fleet/found/azure-match";
import { stateIds } from "#fleet/found/state";

/** How often a region that fails is tried again here. */
const attempts = 3;

interface Answer {
  readonly ids?: Readonly<Record<string, string>>;
  readonly refusal?: ConfigFault;
}

/**
 * What the gallery or the resource group has of what is wanted, by id, build key and owner: one listing for each image definition,
 * or one of all managed images. In an update, what Azure is still making is waited for, and what it could not make is deleted.
 */
export async function findAzure(site: AzureSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  try {
    const arm = new Arm();
    const groups = [...Map.groupBy(wanted, (one) => listedUnder(registeredId(site, one)))];
    const answers = (await Promise.all(groups.map(([under, some]) => findUnder(arm, site, under, some, search)))).flat();
    return { ids: Object.assign({}, ...answers.map(({ ids }) => ids)) as Found["ids"], refusals: answers.flatMap(({ refusal }) => refusal ?? []), unreachable: [] };
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return { ids: {}, refusals: [], unreachable: [{ place: site.name, cause: unreachableCause(error) }] };
  }
}

async function findUnder(arm: Arm, site: AzureSite, under: string, wanted: readonly WantedRegistration[], search: Search): Promise<Answer[]> {
  const definition = site.gallery === undefined ? {} : await findDefinition(arm, site, wanted[0]!, search);
  if (!definition) return []; // there are no versions without it
  const listed = new Map((await listRegistered(arm, under)).map((image) => [image.id.toLowerCase(), image]));
  const versions = wanted.map((one) => findOne(arm, site, one, listed.get(registeredId(site, one).toLowerCase()), search));
  return [definition, ...(await Promise.all(versions))];
}

/** @returns undefined where the gallery has none. */
async function findDefinition(arm: Arm, site: AzureSite, { image }: WantedRegistration, { project, stack }: Search): Promise<Answer | undefined> {
  const id = definitionId(site, image)!;
  const definition = await getDefinition(arm, id);
  if (!definition) return undefined;
  const owner = definition.tags[tagNames.stack];
  if (owner !== ownerOf({ project, stack }) && !(await stateIds(stack)).has(id)) {
    return { refusal: refusal(site, `the name ${image} is taken by an image definition of the gallery ${site.gallery}; ${owner === undefined ? `it has no tag ${tagNames.stack}: imagefleet did not make it` : `it belongs to the stack ${owner}`}`, id) };
  }
  return { ids: { [`${site.name}/${image}/definition`]: id } };
}

async function findOne(arm: Arm, site: AzureSite, wanted: WantedRegistration, image: RegisteredImage | undefined, search: Search): Promise<Answer> {
  if (!image) return {};
  const id = registeredId(site, wanted);
  const found = match(image, wanted, ownerOf(search));
  const known = found.is === "unsaid" && (await stateIds(search.stack)).has(id);
  if (found.is !== "ours" && !known) return { refusal: refusal(site, `the name ${nameOf(id)} is taken by a ${kindOf(id)}; ${found.why}`, id) };
  const whole = await finished(arm, site, wanted, image, search);
  return whole ? { ids: { [`${site.name}/${wanted.image}@${wanted.version}/${wanted.format}`]: id } } : {};
}

/**
 * The stack is locked, so whoever asked for it is dead, and only Azure is still at work. One that some regions have is whole but
 * for the others, which are tried again; one that no region has is deleted, to be made again.
 */
async function finished(arm: Arm, site: AzureSite, wanted: WantedRegistration, image: RegisteredImage, { mayChange, log }: Search): Promise<boolean> {
  if (image.state === "Succeeded") return true;
  const id = registeredId(site, wanted);
  const progress = (text: string): void => log(`[${site.name}/${wanted.image}] ${wanted.version}: ${text}`);
  if (!mayChange) return image.state !== "Failed" && image.state !== "Deleting";
  for (let attempt = 1; ; attempt++) {
    const now = await settledImage(arm, id, { progress });
    if (!now) return false;
    if (now.state === "Succeeded") return true;
    const failed = failedRegions(now);
    if (!now.profile || attempt > attempts || !now.replication.some(({ state }) => state === "Completed")) break;
    progress(`its replication to ${failed.join(", ")} failed; trying again`);
    const { publishedDate: _, ...profile } = now.profile;
    await changeRegistered(arm, id, { profile });
  }
  await deleteRegistered(arm, id);
  while (await settledImage(arm, id, { progress, intervalMs: 1_000 })) await new Promise((resolve) => setTimeout(resolve, 1_000));
  progress(`deleted the ${kindOf(id)} ${nameOf(id)}, which Azure could not make`);
  return false;
}

function refusal(site: AzureSite, problem: string, id: string): ConfigFault {
  return { path: `imagefleet:sites.${site.name}`, problem, hint: `look at it, then delete it if nobody needs it: az resource delete --ids ${id}` };
}
