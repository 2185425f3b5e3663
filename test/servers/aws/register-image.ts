import { AwsRefusal } from "./reply.ts";
import { list, part, tagsFor, text, type AwsRequest, type Param } from "./request.ts";
import type { ImageRecord, Mapping, World } from "./world.ts";

/** What a RegisterImage asks for, held against all that the service checks. */
export function checkedRegistration(world: World, request: AwsRequest): Omit<ImageRecord, "id" | "state" | "settleAt" | "settlesTo"> {
  const { params, account, region } = request;
  const name = freeName(world, request);
  const mappings = list(params["BlockDeviceMapping"]).map((one) => mapping(world, request, one));
  const rootDeviceName = text(params["RootDeviceName"]);
  if (!rootDeviceName || !mappings.some(({ deviceName, ebs }) => deviceName === rootDeviceName && ebs?.snapshotId)) throw new AwsRefusal("InvalidBlockDeviceMapping", `the root device ${rootDeviceName ?? ""} has no snapshot in the block device mapping`);
  const [architecture = "i386", bootMode, tpmSupport] = [params["Architecture"], params["BootMode"], params["TpmSupport"]].map(text);
  oneOf("Architecture", architecture, ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"]);
  oneOf("BootMode", bootMode, ["legacy-bios", "uefi", "uefi-preferred"]);
  oneOf("TpmSupport", tpmSupport, ["v2.0"]);
  oneOf("ImdsSupport", text(params["ImdsSupport"]), ["v2.0"]);
  if (tpmSupport && bootMode !== "uefi") throw new AwsRefusal("InvalidParameterCombination", "TpmSupport needs the boot mode uefi");
  if (architecture === "arm64" && bootMode === "legacy-bios") throw new AwsRefusal("InvalidParameterCombination", "arm64 does not boot on legacy-bios");
  const optional = { sriovNetSupport: text(params["SriovNetSupport"]), bootMode, tpmSupport, imdsSupport: text(params["ImdsSupport"]) };
  return {
    account, region, name, description: text(params["Description"]) ?? "", created: new Date(), architecture, rootDeviceName, mappings,
    virtualizationType: text(params["VirtualizationType"]) ?? "paravirtual", enaSupport: text(params["EnaSupport"]) === "true", permissions: [],
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** Names are unique in an account and region. */
export function freeName(world: World, { params, account, region }: AwsRequest): string {
  const name = text(params["Name"]) ?? "";
  if (!/^[\w()[\] ./\-'@]{3,128}$/.test(name)) throw new AwsRefusal("InvalidAMIName.Malformed", "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'");
  const taken = [...world.images.values()].find((image) => image.account === account && image.region === region && image.name === name);
  if (taken) throw new AwsRefusal("InvalidAMIName.Duplicate", `AMI name ${name} is already in use by AMI ${taken.id}`);
  return name;
}

function mapping(world: World, request: AwsRequest, given: Param): Mapping {
  const { DeviceName, VirtualName, Ebs } = part(given);
  const deviceName = text(DeviceName);
  if (!deviceName) throw new AwsRefusal("MissingParameter", "The request must contain the parameter deviceName");
  if (Ebs === undefined) return { deviceName, ...(text(VirtualName) && { virtualName: text(VirtualName)! }) };
  const { SnapshotId, VolumeSize, VolumeType = "standard", DeleteOnTermination = "true", Iops, Throughput, Encrypted } = part(Ebs) as Record<string, string | undefined>;
  const snapshot = SnapshotId === undefined ? undefined : usable(world, request, SnapshotId);
  if (snapshot && Encrypted !== undefined) throw new AwsRefusal("InvalidBlockDeviceMapping", "the encrypted flag cannot be specified since device has a snapshot specified");
  const volumeSize = Number(VolumeSize ?? snapshot?.volumeSize ?? 0);
  if (volumeSize < (snapshot?.volumeSize ?? 1)) throw new AwsRefusal("InvalidBlockDeviceMapping", `Volume of size ${volumeSize}GB is smaller than snapshot '${SnapshotId}', expect size >= ${snapshot?.volumeSize}GB`);
  oneOf("VolumeType", VolumeType, ["standard", "gp2", "gp3", "io1", "io2", "st1", "sc1"]);
  if (Throughput !== undefined && VolumeType !== "gp3") throw new AwsRefusal("InvalidParameterCombination", `The parameter throughput is not supported for ${VolumeType} volumes`);
  const optional = { ...(SnapshotId && { snapshotId: SnapshotId }), ...(Iops && { iops: Number(Iops) }), ...(Throughput && { throughput: Number(Throughput) }) };
  return { deviceName, ebs: { ...optional, volumeSize, volumeType: VolumeType, deleteOnTermination: DeleteOnTermination === "true", encrypted: snapshot?.encrypted ?? Encrypted === "true" } };
}

function usable(world: World, { account, region }: AwsRequest, id: string) {
  const snapshot = world.snapshot(id);
  if (!snapshot || snapshot.account !== account || snapshot.region !== region) throw new AwsRefusal("InvalidSnapshot.NotFound", `The snapshot '${id}' does not exist.`);
  if (snapshot.status !== "completed") throw new AwsRefusal("IncorrectState", `The snapshot '${id}' is ${snapshot.status === "error" ? "in error" : "pending"}`);
  return snapshot;
}

function oneOf(parameter: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) throw new AwsRefusal("InvalidParameterValue", `Value (${value}) for parameter ${parameter} is invalid. Allowed: ${allowed.join(", ")}`);
}

/** Tags that a request gives to what it makes. The service knows no others than those of images and snapshots here. */
export function checkedTags(request: AwsRequest): { readonly image: Record<string, string>; readonly snapshot: Record<string, string> } {
  for (const { ResourceType } of list(request.params["TagSpecification"]).map(part)) oneOf("TagSpecification.ResourceType", text(ResourceType), ["image", "snapshot"]);
  return { image: tagsFor(request.params, "image"), snapshot: tagsFor(request.params, "snapshot") };
}
