import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AwsSite } from "#model/config/sites/aws";
import { FleetError } from "#model/errors";
import type { AwsPatience } from "#providers/shared/aws/access";
import { placeOf } from "#providers/shared/aws/aws-fault";
import { awsClients } from "#providers/shared/aws/clients";
import { sendAws } from "#providers/shared/aws/send-aws";
import { siteAccess } from "#providers/shared/aws/site-access";

/** A probe is to end soon: one more attempt, and no long wait. */
export const impatient: AwsPatience = { connectMs: 4_000, answerMs: 8_000, attempts: 2, longestPauseMs: 1_000 };

/** Who the site's credentials are. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** Asks who the site's credentials are, and whether they are of the account that the site names. @throws FleetError */
export async function probeAws(site: Pick<AwsSite, "name" | "region" | "profile" | "assumeRole" | "account">, patience: AwsPatience = impatient): Promise<Caller> {
  const access = siteAccess(site, site.region);
  const action = `log in to ${site.name}`;
  const { Account: account = "", Arn: arn = "" } = await sendAws(awsClients(access, patience).sts, new GetCallerIdentityCommand({}), { access, action });
  if (site.account === undefined || account === site.account) return { account, arn };
  throw new FleetError({
    action, place: placeOf(access), cause: `the credentials are of the account ${account} (${arn}), and imagefleet:sites.${site.name}.account is ${site.account}`,
    hint: `take a profile or role of ${site.account}: AWS_PROFILE, or imagefleet:sites.${site.name}.profile or .assumeRole`,
  });
}
