import type { AwsSite } from "#model/config/sites/aws";
import type { AwsAccess } from "#providers/shared/aws/access";

/** A region of a site, as the site works there. @param thenAssume ARN of a role in another account. */
export function siteAccess({ name: site, profile, assumeRole }: Pick<AwsSite, "name" | "profile" | "assumeRole">, region: string, thenAssume?: string): AwsAccess {
  return { site, region, ...(profile !== undefined && { profile }), ...(assumeRole !== undefined && { assumeRole }), ...(thenAssume !== undefined && { thenAssume }) };
}
