import { ourTags } from "#model/tags";
import { gcpDescription } from "#model/gcp-image";
import type { Declaration } from "./policed-stack.ts";

export const release = { image: "debian-12", version: "2026.1101.2" } as const;
export const digest = "ab".repeat(32);
export const facts = { ...release, key: "cd".repeat(32), sha256: digest, stack: "images/prod" } as const;
export const tags = ourTags(facts);

/** The stack that keeps every rule: a registration of each cloud, as our components declare them, and what vouches for it. */
export const kept: readonly Declaration[] = [
  { of: "Hold", name: "hold/debian-12@2026.1101.2", args: release },
  { of: "DiskFormat", name: "format/raw/debian-12@2026.1101.2", args: release, outs: { sha256: digest } },
  { of: "EbsSnapshot", name: "amazon/debian-12@2026.1101.2/raw/snapshot", args: { sha256: digest.slice(0, 16), tags, kmsKey: "alias/images" } },
  { of: "@pulumi/aws/ec2/ami.js Ami", name: "amazon/debian-12@2026.1101.2/raw", args: { name: "debian-12-2026.1101.2", tags, imdsSupport: "v2.0", deprecationTime: "2100-01-01T00:00:00Z", ebsBlockDevices: [{ deviceName: "/dev/xvda", snapshotId: "snap-1" }] } },
  { of: "@pulumi/aws/ec2/amiCopy.js AmiCopy", name: "amazon/eu-west-1/debian-12@2026.1101.2/raw", args: { sourceAmiId: "ami-1", sourceAmiRegion: "eu-central-1", tags, deprecationTime: "2100-01-01T00:00:00Z", encrypted: true, kmsKeyId: "arn:aws:kms:eu-west-1:111111111111:alias/images" } },
  { of: "@pulumi/aws/ec2/amiLaunchPermission.js AmiLaunchPermission", name: "amazon/debian-12@2026.1101.2/raw/launch/222222222222", args: { imageId: "ami-1", accountId: "222222222222" } },
  { of: "@pulumi/azure-native/compute/galleryImageVersion.js GalleryImageVersion", name: "microsoft/debian-12@2026.1101.2/vhd", args: { resourceGroupName: "images", galleryName: "fleet", galleryImageName: "debian-12", galleryImageVersionName: "2026.1101.2", storageProfile: {}, publishingProfile: { endOfLifeDate: "2100-01-01T00:00:00Z" }, tags } },
  { of: "@pulumi/gcp/compute/image.js Image", name: "google/debian-12@2026.1101.2/gce", args: { description: gcpDescription(facts) } },
  { of: "@pulumi/gcp/compute/imageIamMember.js ImageIamMember", name: "google/debian-12@2026.1101.2/gce/member/1", args: { image: "debian-12-2026-1101-2", role: "roles/compute.imageUser", member: "group:builders@example.com" } },
  { of: "@pulumi/openstack/images/image.js Image", name: "region-one/debian-12@2026.1101.2/qcow2", args: { containerFormat: "bare", diskFormat: "qcow2", visibility: "private", properties: properties() } },
];

/** One of them, other than it should be. */
export function changed(name: string, args: object): Declaration {
  const { args: own, ...rest } = kept.find((one) => one.name === name)!;
  return { ...rest, args: { ...own, ...args } };
}

function properties(): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name.replace(":", "_"), value]));
}
