import { DeleteSnapshotCommand, DeregisterImageCommand, DescribeImagesCommand, DisableImageDeprecationCommand, EnableImageDeprecationCommand, ModifyImageAttributeCommand, type EC2Client, type Image } from "@aws-sdk/client-ec2";
import { HalfMade, type Context, type Found, type Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";
import { failed, isGone, poll, type AwsClient } from "./client.ts";
import { changeTags, tagsOf } from "./tags.ts";

/** Seconds that a new AMI is waited for when the program does not say. */
const createSeconds = 40 * 60;
/** Seconds that tests let pass where the program allows hours. */
const longestWait = Number(process.env["STAND_IN_LONGEST_WAIT"] ?? Infinity);
/** An AMI that was seen may be unknown for a while: so many answers in a row that do not know it end the wait. */
const absentChecks = 20;

export async function findImage(ec2: EC2Client, id: string): Promise<Image | undefined> {
  try {
    const [image] = (await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images ?? [];
    return image?.State === "deregistered" ? undefined : image;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw failed(`reading EC2 AMI (${id})`, "DescribeImages", error);
  }
}

async function waitAvailable(ec2: EC2Client, id: string, seconds: number): Promise<Image> {
  let absent = 0;
  return poll(`waiting for completion of EC2 AMI (${id})`, Math.min(seconds, longestWait), async () => {
    const image = await findImage(ec2, id);
    absent = image ? 0 : absent + 1;
    if (absent > absentChecks) throw new Error(`couldn't find resource (${absentChecks + 1} retries)`);
    if (image && image.State !== "available" && image.State !== "pending") throw new Error(`unexpected state '${image.State}', wanted target 'available'. last error: ${image.StateReason?.Message ?? ""}`);
    return image?.State === "available" ? image : undefined;
  });
}

/** What Ami and AmiCopy have in common: all but how they come to be. */
type Common = Required<Pick<Kind<AwsClient>, "complete" | "same" | "read" | "update" | "delete">>;

export const common: Common = {
  complete: (inputs, { region }) => ({ ...inputs, region: inputs.region ?? region }),
  // what is meant is the same minute
  same: (property, old, now) => property === "deprecationTime" && minute(old) === minute(now),
  async read(given, known, { client, timeoutSeconds }) {
    const [id = "", region = known.region ?? client.region] = given.split("@"); // an import names the region so
    const ec2 = client.ec2(region);
    let image = await findImage(ec2, id);
    if (image?.State === "pending") image = await waitAvailable(ec2, id, timeoutSeconds || createSeconds);
    return image && { id, state: stateOf(image, region as string, known, client) };
  },
  async update(id, inputs, old, context) {
    const ec2 = context.client.ec2(inputs.region);
    const what = `updating EC2 AMI (${id})`;
    await changeTags(ec2, id, inputs.tags, old.state.tags);
    if ((inputs.description ?? "") !== (old.state.description ?? "")) await ec2.send(new ModifyImageAttributeCommand({ ImageId: id, Description: { Value: String(inputs.description ?? "") } })).catch((error: unknown) => { throw failed(what, "ModifyImageAttribute", error); });
    if (minute(inputs.deprecationTime) !== minute(old.state.deprecationTime)) await deprecate(ec2, id, inputs.deprecationTime, what);
    return (await stateNow(id, { ...old.state, ...inputs }, context)).state;
  },
  async delete(id, state, { client }) {
    const ec2 = client.ec2(state.region);
    await ec2.send(new DeregisterImageCommand({ ImageId: id })).catch((error: unknown) => {
      if (!isGone(error)) throw failed(`deregistering EC2 AMI (${id})`, "DeregisterImage", error);
    });
    // only those that the resource made itself are its own
    const snapshots = state.manageEbsSnapshots ? ((state.ebsBlockDevices as { snapshotId?: string }[] | undefined) ?? []).flatMap(({ snapshotId }) => snapshotId || []) : [];
    for (const snapshot of snapshots) {
      await ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshot })).catch((error: unknown) => {
        if (!isGone(error)) throw failed(`deleting EBS Snapshot (${snapshot})`, "DeleteSnapshot", error);
      });
    }
  },
};

/** What follows once there is an id: an error from here on leaves a resource that the engine knows. */
export async function settle(id: string, inputs: Properties, managed: boolean, context: Context<AwsClient>): Promise<Found> {
  const ec2 = context.client.ec2(inputs.region);
  const known = { ...inputs, manageEbsSnapshots: managed };
  try {
    await changeTags(ec2, id, inputs.tags, {});
    await waitAvailable(ec2, id, context.timeoutSeconds || createSeconds);
    if (inputs.deprecationTime) await deprecate(ec2, id, inputs.deprecationTime, `creating EC2 AMI (${String(inputs.name)})`);
    return await stateNow(id, known, context);
  } catch (error) {
    const image = await findImage(ec2, id).catch(() => undefined);
    const state = image ? stateOf(image, inputs.region as string, known, context.client) : known;
    throw new HalfMade(`creating EC2 AMI (${String(inputs.name)}): ${(error as Error).message}`, { id, state });
  }
}

async function stateNow(id: string, known: Properties, context: Context<AwsClient>): Promise<Found> {
  const found = await common.read(id, known, context);
  if (!found) throw new Error(`reading EC2 AMI (${id}): couldn't find resource`);
  return found;
}

async function deprecate(ec2: EC2Client, id: string, at: unknown, what: string): Promise<void> {
  if (at) await ec2.send(new EnableImageDeprecationCommand({ ImageId: id, DeprecateAt: new Date(String(at)) })).catch((error: unknown) => { throw failed(what, "EnableImageDeprecation", error); });
  else await ec2.send(new DisableImageDeprecationCommand({ ImageId: id })).catch((error: unknown) => { throw failed(what, "DisableImageDeprecation", error); });
}

/** Who may launch it is no part of it, but for whether everybody may. */
function stateOf(image: Image, region: string, known: Properties, client: AwsClient): Properties {
  const devices = image.BlockDeviceMappings ?? [];
  const tags = client.seen(tagsOf(image.Tags));
  return {
    ...of(known, ["sourceAmiId", "sourceAmiRegion", "encrypted", "kmsKeyId", "destinationOutpostArn", "manageEbsSnapshots"]),
    architecture: image.Architecture, arn: `arn:aws:ec2:${region}::image/${image.ImageId}`, bootMode: image.BootMode ?? "", description: image.Description ?? "",
    deprecationTime: sameMinute(known.deprecationTime, image.DeprecationTime), enaSupport: image.EnaSupport ?? false, hypervisor: image.Hypervisor, imageLocation: image.ImageLocation,
    imageOwnerAlias: "", imageType: image.ImageType, imdsSupport: image.ImdsSupport ?? "", kernelId: "", lastLaunchedTime: "", name: image.Name, ownerId: image.OwnerId ?? client.account,
    platform: "", platformDetails: image.PlatformDetails, public: image.Public ?? false, ramdiskId: "", region, rootDeviceName: image.RootDeviceName,
    rootSnapshotId: devices.find(({ DeviceName }) => DeviceName === image.RootDeviceName)?.Ebs?.SnapshotId ?? "", sriovNetSupport: image.SriovNetSupport ?? "", tpmSupport: image.TpmSupport ?? "",
    tags, tagsAll: tags, usageOperation: image.UsageOperation, virtualizationType: image.VirtualizationType,
    ebsBlockDevices: devices.flatMap(({ DeviceName, Ebs }) => (Ebs ? [{ deviceName: DeviceName, snapshotId: Ebs.SnapshotId, volumeSize: Ebs.VolumeSize, volumeType: Ebs.VolumeType, deleteOnTermination: Ebs.DeleteOnTermination, encrypted: Ebs.Encrypted, iops: Ebs.Iops ?? 0, throughput: Ebs.Throughput ?? 0, outpostArn: "" }] : [])),
    ephemeralBlockDevices: devices.flatMap(({ DeviceName, VirtualName }) => (VirtualName ? [{ deviceName: DeviceName, virtualName: VirtualName }] : [])),
  };
}

function of(known: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(names.filter((name) => name in known).map((name) => [name, known[name]]));
}

/** The service rounds: the official provider keeps what it was told if that is the same minute. */
function sameMinute(known: unknown, found: string | undefined): unknown {
  return known !== undefined && minute(known) === minute(found) ? known : (found ?? "");
}

function minute(at: unknown): number | undefined {
  return at ? Math.round(Date.parse(String(at)) / 60_000) : undefined;
}
