import { createHash } from "node:crypto";
import { CompleteSnapshotCommand, EBSClient, PutSnapshotBlockCommand, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import { CopyImageCommand, CreateTagsCommand, DescribeSnapshotsCommand, EC2Client, ModifyImageAttributeCommand, RegisterImageCommand } from "@aws-sdk/client-ec2";
import { setTimeout as sleep } from "node:timers/promises";
import { amiDescription } from "#model/ami-description";
import { amiName, amiTags, rootDevice } from "#model/aws-image";
import { joinKind, namesOf, type AmiCheckInputs } from "#providers/ami-check/inputs";
import type { Aws } from "../../servers/aws/start-aws.ts";

const tiny = { image: "tiny", version: "2026.1101.1", key: "a".repeat(64), sha256: "b".repeat(64), stack: "imagefleet/test" };

/** Sends a disk of one block and registers it, with the calls that the official plugin makes. */
export async function registerAmi(aws: Aws, site: string, shares: readonly string[], facts: typeof tiny = tiny, bootMode: "legacy-bios" | "uefi-preferred" = "uefi-preferred"): Promise<AmiCheckInputs> {
  const [ebs, ec2] = [new EBSClient({ region: aws.region }), new EC2Client({ region: aws.region })];
  const tags = Object.entries(amiTags({ tags: { team: "images" } }, { ...facts, superseded: false })).map(([Key, Value]) => ({ Key, Value }));
  const { SnapshotId: snapshotId = "" } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, Tags: tags }));
  const block = Buffer.alloc(512 * 1024, "disk");
  await ebs.send(new PutSnapshotBlockCommand({ SnapshotId: snapshotId, BlockIndex: 0, BlockData: block, DataLength: block.length, Checksum: createHash("sha256").update(block).digest("base64"), ChecksumAlgorithm: "SHA256" }));
  await ebs.send(new CompleteSnapshotCommand({ SnapshotId: snapshotId, ChangedBlocksCount: 1 }));
  while ((await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] }))).Snapshots?.[0]?.State !== "completed") await sleep(20);
  const { ImageId: imageId = "" } = await ec2.send(new RegisterImageCommand({
    Name: amiName(facts), Description: amiDescription(facts), Architecture: "x86_64", BootMode: bootMode, EnaSupport: true, ImdsSupport: "v2.0", RootDeviceName: rootDevice, SriovNetSupport: "simple",
    VirtualizationType: "hvm", BlockDeviceMappings: [{ DeviceName: rootDevice, Ebs: { SnapshotId: snapshotId, VolumeType: "gp3", DeleteOnTermination: true } }],
  }));
  await ec2.send(new CreateTagsCommand({ Resources: [imageId], Tags: tags }));
  const inputs = checked(site, aws.region, imageId, shares, facts);
  await share(ec2, inputs);
  return { ...inputs, snapshotId };
}

/** Copies it as the official plugin does: nothing of it tags the copied snapshot. */
export async function copyAmi(from: AmiCheckInputs, region: string): Promise<AmiCheckInputs> {
  const ec2 = new EC2Client({ region });
  const facts = { ...from, ...namesOf(from) };
  const { ImageId: imageId = "" } = await ec2.send(new CopyImageCommand({ Name: amiName(facts), Description: amiDescription(facts), SourceImageId: from.imageId, SourceRegion: from.region }));
  return checked(facts.site, region, imageId, from.shares ?? [], facts);
}

function checked(site: string, region: string, imageId: string, shares: readonly string[], { image, version, key, sha256, stack }: typeof tiny): AmiCheckInputs {
  const is = joinKind({ architecture: "x86_64", bootMode: "uefi-preferred", tpm: false, latest: true, adopted: false });
  return { of: `${site}/${image}@${version}`, region, imageId, key, sha256, stack, is, tags: { team: "images" }, ...(shares.length > 0 && { shares: [...shares].sort() }) };
}

async function share(ec2: EC2Client, { imageId, shares = [] }: AmiCheckInputs): Promise<void> {
  if (shares.length > 0) await ec2.send(new ModifyImageAttributeCommand({ ImageId: imageId, LaunchPermission: { Add: shares.map((UserId) => ({ UserId })) } }));
}
