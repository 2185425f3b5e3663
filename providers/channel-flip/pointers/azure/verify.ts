import { definitionId, registeredId } from "#model/azure-ids";
import { azureTags, endOfLife, hyperVGeneration, replicaRegions, securityFeatures } from "#model/azure-image";
import { tagNames } from "#model/tags";
import { differences } from "#providers/azure-image-check/compare";
import type { AzureExpectation } from "#providers/azure-image-check/expectation";
import { Arm } from "#providers/shared/azure/arm";
import { getDefinition, getRegistered } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import { requireWhole } from "#providers/channel-flip/pointers/clouds/not-whole";
import { sealedFacts, type SealedFacts } from "#providers/channel-flip/pointers/clouds/sealed-facts";
import { isOurs, type AzureTarget } from "#providers/channel-flip/pointers/azure/target";

/** The version is there, whole in each region, of the sealed bytes, and as it was declared; or the managed image is. */
export async function verifyImage(target: AzureTarget, version: string): Promise<void> {
  const { site } = target;
  const facts = await sealedFacts({ image: target.image, version }, "vhd");
  const id = registeredId(site, facts);
  const image = await getRegistered(new Arm(), id);
  const faults = !image ? [`there is no ${id}`] : !isOurs(target, image) ? [`its tags do not say that ${image.name} is of the stack ${target.stack}`] : await faultsOf(target, facts, image);
  requireWhole(site.name, facts, faults);
}

async function faultsOf({ site, stack }: AzureTarget, facts: SealedFacts, image: RegisteredImage): Promise<string[]> {
  const expected = expectation({ site, stack }, facts, image);
  const definition = definitionId(site, facts.image);
  const declared = { ...image, tags: Object.fromEntries(Object.entries(image.tags).filter(([name]) => name in expected.tags)) }; // what others added takes nothing away
  const found = differences(declared, expected, definition === undefined ? undefined : await getDefinition(new Arm(), definition));
  const onTheWay = image.replication.filter(({ state }) => !["completed", "failed"].includes(state.toLowerCase())).map(({ region, state }) => `${state.toLowerCase()} to ${region}`);
  return [...found.map(({ what }) => what), ...onTheWay];
}

/** What the check of the registration is told, but for what it alone knows: whether a newer release is there. */
function expectation({ site, stack }: Pick<AzureTarget, "site" | "stack">, facts: SealedFacts, { tags }: RegisteredImage): AzureExpectation {
  const { os, virtualBytes, version } = facts;
  const gallery = site.gallery !== undefined;
  const end = gallery ? endOfLife(site, version) : undefined;
  return {
    tags: azureTags(site, { ...facts, stack, superseded: tags[tagNames.channel] === undefined }), size: Math.ceil(virtualBytes / 2 ** 30), generation: hyperVGeneration(os),
    features: gallery ? securityFeatures(site, os).map(({ name, value }) => `${name}=${value}`) : [], regions: gallery ? replicaRegions(site) : [], ...(end !== undefined && { endOfLife: end }),
  };
}
