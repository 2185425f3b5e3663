import { amiArchitecture, amiName, bootMode, deprecationTime, regionsOf } from "#model/aws-image";
import { releaseName } from "#model/release";
import { tagNames } from "#model/tags";
import { accountDifferences } from "#providers/ami-check/accounts";
import { differences, wrongBytes } from "#providers/ami-check/compare";
import { joinKind, type AmiCheckInputs } from "#providers/ami-check/inputs";
import { freshAmi } from "#providers/ami-check/listing";
import type { Ami } from "#providers/shared/aws/ami";
import { Amis } from "#providers/shared/aws/amis";
import { siteAccess } from "#providers/shared/aws/site-access";
import { sharesIn, type AwsTarget } from "#providers/channel-flip/pointers/aws/target";
import { everywhere } from "#providers/channel-flip/pointers/clouds/everywhere";
import { requireWhole } from "#providers/channel-flip/pointers/clouds/not-whole";
import { sealedFacts, type SealedFacts } from "#providers/channel-flip/pointers/clouds/sealed-facts";

/** In every region, and in the accounts whose role we have: there, available, of the sealed bytes, and as it was declared. */
export async function verifyAmis(target: AwsTarget, version: string): Promise<void> {
  const { site, image } = target;
  const facts = await sealedFacts({ image, version }, "raw");
  const faults = await everywhere(regionsOf(site), async (region) => (await faultsIn(target, region, facts)).map((fault) => `region ${region}: ${fault}`));
  requireWhole(site.name, facts, faults.flat());
}

async function faultsIn({ site, stack }: AwsTarget, region: string, facts: SealedFacts): Promise<string[]> {
  const access = siteAccess(site, region);
  const name = amiName(facts);
  const named = await new Amis(access).list({ name: [name] });
  const ami = named.find(({ tags }) => tags[tagNames.stack] === stack);
  if (!ami) return [named.length === 0 ? `it has no AMI ${name}` : `its AMI ${name} is not of the stack ${stack}`];
  const inputs = checkInputs({ site, stack }, region, facts, ami);
  const seen = await freshAmi(access, ami);
  const wrong = wrongBytes(inputs, seen);
  const found = [...differences(inputs, seen), ...(await accountDifferences(site, inputs, true)).map(({ difference }) => difference)];
  // what nobody declared takes nothing away from it, and other channels' tags are among that
  return [...(wrong === undefined ? [] : [wrong]), ...found.filter(({ extra }) => !extra).map(({ what }) => what)];
}

/** What the check of the registration is told, but for what it alone knows: whether a newer release is there. */
function checkInputs({ site, stack }: Pick<AwsTarget, "site" | "stack">, region: string, facts: SealedFacts, { id: imageId, tags: found }: Ami): AmiCheckInputs {
  const { image, version, key, sha256, os } = facts;
  const { name, tags, tpm, kmsKeys: { [region]: kmsKey } } = site;
  const deprecated = deprecationTime(site, version);
  const is = joinKind({ architecture: amiArchitecture(os), bootMode: bootMode(os, site), tpm, latest: found[tagNames.channel] !== undefined, adopted: false });
  return { of: `${name}/${releaseName({ image, version })}`, region, imageId, key, sha256, stack, is, tags, shares: sharesIn(site), ...(deprecated !== undefined && { deprecated }), ...(kmsKey !== undefined && { kmsKey }) };
}
