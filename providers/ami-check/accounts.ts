import type { AwsSite, SharedAccount } from "#model/config/sites/aws";
import { Amis } from "#providers/shared/aws/amis";
import { siteAccess } from "#providers/shared/aws/site-access";
import { expectedTags, tagDifferences, type Difference } from "#providers/ami-check/compare";
import type { AmiCheckInputs } from "#providers/ami-check/inputs";
import { listedTags } from "#providers/ami-check/listing";

/** An account that an AMI is shared with, and the role by which its tags are seen and set. */
export type Reachable = SharedAccount & { readonly role: string };

export interface InAccount {
  readonly account: Reachable;
  readonly difference: Difference;
}

/** Tags of a shared AMI are each account's own: those whose role we have can be the same. */
export function reachableAccounts({ shareWith }: Pick<AwsSite, "shareWith">, { shares = [] }: Pick<AmiCheckInputs, "shares">): Reachable[] {
  return shareWith.accounts.filter((account): account is Reachable => account.role !== undefined && shares.includes(account.account));
}

/** Those whose tags nobody but themselves can see. */
export function closedAccounts({ shareWith }: Pick<AwsSite, "shareWith">): string[] {
  return shareWith.accounts.filter(({ role }) => role === undefined).map(({ account }) => account);
}

/** What differs in them. @param anew Asked now; else from a listing for all AMIs of the region. */
export async function accountDifferences(site: AwsSite, inputs: AmiCheckInputs, anew: boolean): Promise<InAccount[]> {
  const expected = expectedTags(inputs);
  const all = await Promise.all(reachableAccounts(site, inputs).map(async (account) => {
    const access = siteAccess(site, inputs.region, account.role);
    const tags = anew ? await new Amis(access).imageTags({ "resource-id": [inputs.imageId] }) : await listedTags(access);
    return tagDifferences(inputs.imageId, expected, tags.get(inputs.imageId) ?? {}).map((difference) => ({ account, difference: { ...difference, what: `in the account ${account.account}, ${difference.what}` } }));
  }));
  return all.flat();
}
