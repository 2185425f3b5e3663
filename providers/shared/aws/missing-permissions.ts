import type { AwsSite } from "#model/config/sites/aws";
import { deniedDryRuns } from "#providers/shared/aws/denied-dry-runs";
import { deniedKeys } from "#providers/shared/aws/denied-keys";
import { awsClients } from "#providers/shared/aws/clients";
import { impatient, probeAws } from "#providers/shared/aws/probe";
import { siteAccess } from "#providers/shared/aws/site-access";
import { simulatePolicies } from "#providers/shared/aws/simulate-policies";

/** EBS direct APIs have no dry run. */
const direct = ["StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "ListSnapshotBlocks", "GetSnapshotBlock"].map((name) => `ebs:${name}`);

/** For channels; of Systems Manager there is no dry run either. */
const parameters = ["GetParameter", "PutParameter", "DeleteParameter", "ListTagsForResource", "AddTagsToResource"].map((name) => `ssm:${name}`);

/**
 * What the site's credentials may not do and would have to, all of it, as far as AWS tells beforehand: by dry runs of EC2 and KMS in
 * each region, and, where they may ask for it, by a simulation of their policies.
 * @param regions Those in which something is about to be made.
 * @returns `ec2:CopyImage in eu-west-1`, each once; what AWS does not tell is none of them.
 */
export async function missingPermissions(site: AwsSite, regions: readonly string[]): Promise<string[]> {
  const { arn: caller } = await probeAws(site);
  const asked = regions.map(async (region) => {
    const access = siteAccess(site, region);
    const clients = awsClients(access, impatient);
    const [, partition, , , owner] = caller.split(":");
    const [dry, keys, sent, channels] = await Promise.all([
      deniedDryRuns(site, clients, caller),
      site.kmsKeys[region] === undefined ? [] : deniedKeys(clients, site.kmsKeys[region], caller),
      region === site.region && !site.snapshotImport ? denied(direct, `arn:${partition}:ec2:${region}::snapshot/*`) : [],
      site.parameter === undefined ? [] : denied(parameters, `arn:${partition}:ssm:${region}:${owner}:parameter${site.parameter.replaceAll(/\{\w+\}/g, "*")}`),
    ]);
    return [...dry, ...keys, ...sent, ...channels].map((action) => `${action} in ${region}`);

    async function denied(actions: readonly string[], resource: string): Promise<string[]> {
      const decisions = await simulatePolicies(clients, caller, actions, [resource]);
      return actions.filter((action) => /Deny$/.test(decisions.get(action) ?? ""));
    }
  });
  return [...new Set((await Promise.all(asked)).flat())].sort();
}
