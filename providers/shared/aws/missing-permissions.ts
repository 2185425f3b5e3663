import { CopyImageCommand, CreateTagsCommand, DeregisterImageCommand, DescribeImagesCommand, DescribeSnapshotsCommand, ModifyImageAttributeCommand, RegisterImageCommand } from "@aws-sdk/client-ec2";
import { IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { AwsSite } from "#model/config/sites/aws";
import { AwsError } from "#providers/shared/aws/aws-fault";
import { awsClients } from "#providers/shared/aws/clients";
import { impatient, probeAws } from "#providers/shared/aws/probe";
import { sendAws } from "#providers/shared/aws/send-aws";
import { siteAccess } from "#providers/shared/aws/site-access";

type Send = Parameters<typeof sendAws>[1];

const nothing = { image: "ami-00000000000000000", snapshot: "snap-00000000000000000" };
/** EBS direct APIs have no dry run. */
const direct = ["StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot", "ListSnapshotBlocks", "GetSnapshotBlock"].map((name) => `ebs:${name}`);

/**
 * What the site's credentials may not do and would have to, all of it, as far as AWS tells beforehand: by dry runs of EC2 in each
 * region, and, where they may ask for it, by a simulation of their policies.
 * @param regions Those in which something is about to be made.
 * @returns `ec2:CopyImage in eu-west-1`, each once; what AWS does not tell is none of them.
 */
export async function missingPermissions(site: AwsSite, regions: readonly string[]): Promise<string[]> {
  const dry = await Promise.all(regions.map((region) => dryRuns(site, region)));
  const simulated = regions.includes(site.region) && !site.snapshotImport ? await simulate(site) : [];
  return [...new Set([...dry.flat(), ...simulated])].sort();
}

async function dryRuns(site: AwsSite, region: string): Promise<string[]> {
  const access = siteAccess(site, region);
  const { ec2 } = awsClients(access, impatient);
  const mapping = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: nothing.snapshot } }];
  const DryRun = true;
  const commands: readonly Send[] = [
    new DescribeImagesCommand({ DryRun, Owners: ["self"], ImageIds: [nothing.image] }),
    new DescribeSnapshotsCommand({ DryRun, SnapshotIds: [nothing.snapshot] }),
    new CreateTagsCommand({ DryRun, Resources: [nothing.image], Tags: [{ Key: "imagefleet:stack", Value: "preflight" }] }),
    new ModifyImageAttributeCommand({ DryRun, ImageId: nothing.image, LaunchPermission: { Add: [{ UserId: "000000000000" }] } }),
    new DeregisterImageCommand({ DryRun, ImageId: nothing.image }),
    region === site.region
      ? new RegisterImageCommand({ DryRun, Name: "imagefleet-preflight", RootDeviceName: "/dev/xvda", BlockDeviceMappings: mapping })
      : new CopyImageCommand({ DryRun, Name: "imagefleet-preflight", SourceImageId: nothing.image, SourceRegion: site.region }),
  ];
  const denied = await Promise.all(commands.map(async (command) => {
    try {
      await sendAws(ec2 as { config: typeof ec2.config; send(command: object): Promise<object> }, command, { access, action: `ask what ${site.name} may do` });
    } catch (error) {
      // a dry run that would succeed is an error, too, and so is one of things that are not there, or of a service in trouble
      if (error instanceof AwsError && error.denied && error.status === 403) return [`ec2:${command.constructor.name.replace(/Command$/, "")} in ${region}`];
    }
    return [];
  }));
  return denied.flat();
}

/** Nothing is known where the simulation itself is denied, or where a policy asks for more than it is told. */
async function simulate(site: AwsSite): Promise<string[]> {
  const access = siteAccess(site, site.region);
  const { arn } = await probeAws(site);
  const iam = new IAMClient({ region: site.region, credentials: awsClients(access, impatient).sts.config.credentials, maxAttempts: impatient.attempts });
  try {
    const { EvaluationResults = [] } = await iam.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principalOf(arn), ActionNames: direct, ResourceArns: [`arn:aws:ec2:${site.region}::snapshot/${nothing.snapshot}`],
    }), { abortSignal: AbortSignal.timeout(impatient.answerMs) });
    const denied = EvaluationResults.filter(({ EvalDecision, MissingContextValues = [] }) => EvalDecision !== "allowed" && MissingContextValues.length === 0);
    return denied.flatMap(({ EvalActionName }) => (EvalActionName ? [`${EvalActionName} in ${site.region}`] : []));
  } catch {
    return [];
  } finally {
    iam.destroy();
  }
}

/** A session is no principal that has policies: its role is. */
function principalOf(arn: string): string {
  return arn.replace(/^(arn:[^:]*):sts:([^:]*):([^:]*):assumed-role\/([^/]+)\/.*$/, "$1:iam:$2:$3:role/$4");
}
