import {
  CopyImageCommand, CreateTagsCommand, DeleteSnapshotCommand, DeleteTagsCommand, DeregisterImageCommand, DescribeImageAttributeCommand, DescribeImagesCommand, DescribeSnapshotsCommand,
  EnableImageDeprecationCommand, ImportSnapshotCommand, ModifyImageAttributeCommand, RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import type { AwsSite } from "#model/config/sites/aws";
import { AwsError } from "#providers/shared/aws/aws-fault";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws } from "#providers/shared/aws/send-aws";
import { simulatePolicies } from "#providers/shared/aws/simulate-policies";

type Send = Parameters<typeof sendAws>[1];

const [image, snapshot] = ["ami-00000000000000000", "snap-00000000000000000"];
const DryRun = true;
const Tags = [{ Key: "imagefleet:stack", Value: "preflight" }];
/** What a policy may allow for things of the stack alone, by their tags: what does not exist has none. */
const ofOurs = /:(DeregisterImage|DeleteSnapshot|DeleteTags|ModifyImageAttribute|EnableImageDeprecation)$/;

/** What EC2 denies in a region of a site: `ec2:CopyImage`. A dry run that would succeed is an error too, and nothing is made by any. */
export async function deniedDryRuns(site: AwsSite, clients: AwsClients, caller: string): Promise<string[]> {
  const { ec2, access } = clients;
  const all = await Promise.all(commandsOf(site, access.region).map(async (command) => {
    try {
      await sendAws(ec2 as { config: typeof ec2.config; send(command: object): Promise<object> }, command, { access, action: `ask what ${site.name} may do` });
    } catch (error) {
      // others are of things that are not there, or of a service in trouble
      if (error instanceof AwsError && error.denied && error.status === 403) return [`ec2:${command.constructor.name.replace(/Command$/, "")}`];
    }
    return [];
  }));
  const denied = all.flat();
  const doubtful = denied.filter((action) => ofOurs.test(action));
  if (doubtful.length === 0) return denied;
  const [, partition = "aws"] = caller.split(":");
  const decisions = await simulatePolicies(clients, caller, doubtful, ["image", "snapshot"].map((kind) => `arn:${partition}:ec2:${access.region}::${kind}/*`));
  return denied.filter((action) => !["allowed", "unknown"].includes(decisions.get(action) ?? ""));
}

function commandsOf(site: AwsSite, region: string): readonly Send[] {
  const mapping = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot } }];
  return [
    new DescribeImagesCommand({ DryRun, Owners: ["self"], ImageIds: [image] }),
    new DescribeImageAttributeCommand({ DryRun, ImageId: image, Attribute: "launchPermission" }),
    new DescribeSnapshotsCommand({ DryRun, SnapshotIds: [snapshot] }),
    new CreateTagsCommand({ DryRun, Resources: [image], Tags }),
    new DeleteTagsCommand({ DryRun, Resources: [image], Tags }),
    new ModifyImageAttributeCommand({ DryRun, ImageId: image, LaunchPermission: { Add: [{ UserId: "000000000000" }] } }),
    new DeregisterImageCommand({ DryRun, ImageId: image }),
    new DeleteSnapshotCommand({ DryRun, SnapshotId: snapshot }),
    ...(site.deprecateAfter === undefined ? [] : [new EnableImageDeprecationCommand({ DryRun, ImageId: image, DeprecateAt: new Date(Date.now() + 24 * 60 * 60_000) })]),
    ...(region !== site.region ? [new CopyImageCommand({ DryRun, Name: "imagefleet-preflight", SourceImageId: image, SourceRegion: site.region })] : [
      new RegisterImageCommand({ DryRun, Name: "imagefleet-preflight", RootDeviceName: "/dev/xvda", BlockDeviceMappings: mapping }),
      ...(site.snapshotImport ? [new ImportSnapshotCommand({ DryRun, RoleName: site.snapshotImport.role, DiskContainer: { Format: "RAW", UserBucket: { S3Bucket: site.snapshotImport.bucket, S3Key: "imagefleet-preflight" } } })] : []),
    ]),
  ];
}
