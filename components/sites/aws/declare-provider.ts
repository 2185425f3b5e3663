import type { Provider } from "@pulumi/aws/provider.js";
import type { AwsSite } from "#model/config/sites/aws";
import { channelTag } from "#model/tags";

/**
 * The explicit provider of a site, for all of its regions: each resource says its own. Credentials are those of the usual chain,
 * so nothing of them is an input. Tags of channels are neither seen nor removed: they move by themselves.
 */
export async function declareProvider({ name, region, account, profile, assumeRole }: AwsSite): Promise<Provider> {
  const { Provider } = await import("@pulumi/aws/provider.js");
  return new Provider(`${name}/provider`, {
    region: region as never, // the SDK knows the names of the day it was made, AWS has more by now
    ignoreTags: { keyPrefixes: [channelTag("")] },
    ...(profile !== undefined && { profile }),
    ...(assumeRole !== undefined && { assumeRoles: [{ roleArn: assumeRole, sessionName: "imagefleet" }] }),
    ...(account !== undefined && { allowedAccountIds: [account] }),
  });
}
