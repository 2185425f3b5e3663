import type { AwsSite } from "#model/config/sites/aws";
import { Amis } from "#providers/shared/aws/amis";
import { siteAccess } from "#providers/shared/aws/site-access";
import type { InAccount } from "#providers/ami-check/accounts";
import type { Difference, Repair } from "#providers/ami-check/compare";
import type { AmiCheckInputs } from "#providers/ami-check/inputs";

/** Ends what can be ended without registering the AMI anew. */
export async function repairAmi(site: AwsSite, { region, imageId }: AmiCheckInputs, found: readonly Difference[], elsewhere: readonly InAccount[]): Promise<void> {
  const own = new Amis(siteAccess(site, region));
  const repairs = found.flatMap(({ repair }) => repair ?? []);
  // first of all, nobody may launch it whom nobody named
  for (const repair of repairs.toSorted((a, b) => urgency(a) - urgency(b))) await apply(own, imageId, repair);
  for (const { account, difference: { repair } } of elsewhere) {
    if (repair) await apply(new Amis(siteAccess(site, region, account.role)), imageId, repair);
  }
}

function urgency(repair: Repair): number {
  return repair.is === "shares" && repair.remove.length > 0 ? 0 : 1;
}

async function apply(amis: Amis, imageId: string, repair: Repair): Promise<void> {
  switch (repair.is) {
    case "tags":
      return amis.tag(repair.id, repair);
    case "shares":
      return amis.share(imageId, repair);
    case "deprecation":
      return amis.deprecate(imageId, repair.at);
    case "imds":
      return amis.requireImdsV2(imageId);
  }
}
