import { RegisterImageCommand, type BlockDeviceMapping, type RegisterImageRequest } from "@aws-sdk/client-ec2";
import type { Kind } from "../shared/kind.ts";
import type { Properties } from "../shared/wire.ts";
import { failed, type AwsClient } from "./client.ts";
import { common, settle } from "./image.ts";

interface Device {
  readonly deviceName: string;
  readonly snapshotId?: string;
  readonly volumeSize?: number;
  readonly volumeType?: string;
  readonly deleteOnTermination?: boolean;
  readonly encrypted?: boolean;
  readonly iops?: number;
  readonly throughput?: number;
}

/** aws.ec2.Ami */
export const ami: Kind<AwsClient> = {
  ...common,
  token: "aws:ec2/ami:Ami",
  autoName: "name",
  replace: [
    "architecture", "bootMode", "ebsBlockDevices", "enaSupport", "ephemeralBlockDevices", "imageLocation", "imdsSupport", "kernelId", "name", "ramdiskId", "region", "rootDeviceName", "sriovNetSupport",
    "tpmSupport", "uefiData", "virtualizationType",
  ],
  watched: ["bootMode", "deprecationTime", "description", "enaSupport", "imdsSupport", "kernelId", "ramdiskId", "rootDeviceName", "tags", "tpmSupport"],
  computed: ["ebsBlockDevices", "ephemeralBlockDevices", "imageLocation"],
  complete: (inputs, client) => common.complete({
    architecture: "x86_64", sriovNetSupport: "simple", virtualizationType: "paravirtual", ...inputs,
    ...(Array.isArray(inputs.ebsBlockDevices) && { ebsBlockDevices: inputs.ebsBlockDevices.map((one: Properties) => ({ deleteOnTermination: true, volumeType: "standard", ...one })) }),
  }, client),
  async create(inputs, context) {
    const devices = (inputs.ebsBlockDevices ?? []) as Device[];
    if (devices.some(({ snapshotId, encrypted }) => snapshotId && encrypted)) throw new Error("can't set both 'snapshot_id' and 'encrypted'");
    const request = new RegisterImageCommand({ ...requestOf(inputs), BlockDeviceMappings: devices.map(mapping) } as RegisterImageRequest);
    const { ImageId } = await context.client.ec2(inputs.region).send(request).catch((error: unknown) => { throw failed(`creating EC2 AMI (${String(inputs.name)})`, "RegisterImage", error); });
    return settle(ImageId!, inputs, false, context);
  },
};

function requestOf(inputs: Properties): Properties {
  const names = { Architecture: "architecture", Description: "description", ImageLocation: "imageLocation", Name: "name", RootDeviceName: "rootDeviceName", SriovNetSupport: "sriovNetSupport", VirtualizationType: "virtualizationType", BootMode: "bootMode", ImdsSupport: "imdsSupport", TpmSupport: "tpmSupport", UefiData: "uefiData" };
  const given = Object.entries(names).map(([name, input]) => [name, inputs[input]] as const).filter(([, value]) => value !== undefined && value !== "");
  return { ...Object.fromEntries(given), EnaSupport: inputs.enaSupport ?? false };
}

function mapping({ deviceName, snapshotId, volumeSize, volumeType, deleteOnTermination, encrypted, iops, throughput }: Device): BlockDeviceMapping {
  const Ebs = { SnapshotId: snapshotId, VolumeSize: volumeSize || undefined, VolumeType: volumeType, DeleteOnTermination: deleteOnTermination, Encrypted: encrypted || undefined, Iops: iops || undefined, Throughput: throughput || undefined };
  return { DeviceName: deviceName, Ebs: Ebs as NonNullable<BlockDeviceMapping["Ebs"]> };
}
