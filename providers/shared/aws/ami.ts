import type { Image, LaunchPermission, Snapshot, Tag } from "@aws-sdk/client-ec2";

/** An AMI as EC2 knows it. */
export interface Ami {
  readonly id: string;
  readonly name: string;
  /** `available`, `pending`, `failed`, `invalid`, `error`, `disabled`, `deregistered`. */
  readonly state: string;
  /** Why it came to that, in EC2's words. */
  readonly reason?: string;
  readonly description: string;
  readonly architecture: string;
  readonly bootMode: string;
  /** IMDSv2 is required of its instances. */
  readonly imdsV2: boolean;
  readonly tpm: boolean;
  readonly ena: boolean;
  readonly rootDevice: string;
  /** Snapshots by the name of their device. */
  readonly snapshots: Readonly<Record<string, string>>;
  readonly public: boolean;
  /** ISO 8601. */
  readonly deprecated?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A snapshot as EC2 knows it. */
export interface EbsSnapshotFacts {
  readonly id: string;
  readonly description?: string;
  readonly encrypted: boolean;
  /** ARN. */
  readonly kmsKey?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export function amiOf(image: Image): Ami {
  const devices = (image.BlockDeviceMappings ?? []).flatMap(({ DeviceName: device, Ebs }) => (device && Ebs?.SnapshotId ? [[device, Ebs.SnapshotId] as const] : []));
  return {
    id: image.ImageId ?? "",
    name: image.Name ?? "",
    state: image.State ?? "",
    ...(image.StateReason?.Message && { reason: image.StateReason.Message }),
    description: image.Description ?? "",
    architecture: image.Architecture ?? "",
    bootMode: image.BootMode ?? "",
    imdsV2: image.ImdsSupport === "v2.0",
    tpm: image.TpmSupport === "v2.0",
    ena: image.EnaSupport ?? false,
    rootDevice: image.RootDeviceName ?? "",
    snapshots: Object.fromEntries(devices),
    public: image.Public ?? false,
    ...(image.DeprecationTime && { deprecated: image.DeprecationTime }),
    tags: tagsOf(image.Tags),
  };
}

export function snapshotOf({ SnapshotId: id = "", Description: description, Encrypted: encrypted = false, KmsKeyId: kmsKey, Tags }: Snapshot): EbsSnapshotFacts {
  return { id, ...(description !== undefined && { description }), encrypted, ...(kmsKey !== undefined && { kmsKey }), tags: tagsOf(Tags) };
}

/** Those that AWS writes itself are nobody's to compare. */
export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).filter(({ Key }) => Key !== undefined && !Key.startsWith("aws:")).map(({ Key, Value }) => [Key!, Value ?? ""]));
}

/** Who may launch it: `all`, an account's id, or the ARN of an organization or unit. */
export function shareText({ Group, UserId, OrganizationArn, OrganizationalUnitArn }: LaunchPermission): string {
  return Group ?? UserId ?? OrganizationArn ?? OrganizationalUnitArn ?? "";
}

export function permissionOf(share: string): LaunchPermission {
  if (share === "all") return { Group: "all" };
  if (!share.startsWith("arn:")) return { UserId: share };
  return share.includes(":ou/") ? { OrganizationalUnitArn: share } : { OrganizationArn: share };
}
