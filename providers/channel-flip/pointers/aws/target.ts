import type { AwsSite, SharedAccount } from "#model/config/sites/aws";
import { regionsOf, sharesOf } from "#model/aws-image";
import type { AwsAccess } from "#providers/shared/aws/access";
import { siteAccess } from "#providers/shared/aws/site-access";
import type { PointerTarget } from "#providers/channel-flip/pointer";

export type AwsTarget = PointerTarget & { readonly site: AwsSite };

/** A region of the site, or the same region of an account that the site shares with and has a role in. */
export interface AwsPlace {
  /** For messages: `eu-west-1`, `eu-west-1 of 222222222222`. */
  readonly name: string;
  readonly region: string;
  readonly account?: string;
  readonly access: AwsAccess;
}

/** All regions, each followed by itself in the other accounts. */
export function placesOf({ site }: AwsTarget): AwsPlace[] {
  const accounts = site.shareWith.accounts.filter((account): account is Required<SharedAccount> => account.role !== undefined);
  return regionsOf(site).flatMap((region) => [
    { name: region, region, access: siteAccess(site, region) },
    ...accounts.map(({ account, role }) => ({ name: `${region} of ${account}`, region, account, access: siteAccess(site, region, role) })),
  ]);
}

/** Who may launch its AMIs, as checks compare them. */
export function sharesIn(site: AwsSite): string[] {
  return sharesOf(site).map(({ group, accountId, organizationArn, organizationalUnitArn }) => group ?? accountId ?? organizationArn ?? organizationalUnitArn ?? "").sort();
}
