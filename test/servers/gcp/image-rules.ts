import { GoogleError, invalidValue } from "./google-error.ts";

/** What an insert sends. */
export interface ImageBody {
  readonly name?: string;
  readonly description?: string;
  readonly family?: string;
  readonly labels?: Record<string, string>;
  readonly rawDisk?: { readonly source?: string; readonly containerType?: string; readonly sha1Checksum?: string };
  readonly guestOsFeatures?: readonly { readonly type?: string }[];
  readonly licenses?: readonly string[];
  readonly storageLocations?: readonly string[];
  readonly architecture?: string;
  readonly diskSizeGb?: string | number;
  readonly imageEncryptionKey?: { readonly kmsKeyName?: string };
  readonly deprecated?: { readonly state: string };
  readonly shieldedInstanceInitialState?: object;
}

const known = ["name", "description", "family", "labels", "rawDisk", "guestOsFeatures", "licenses", "storageLocations", "architecture", "diskSizeGb", "imageEncryptionKey", "deprecated", "shieldedInstanceInitialState", "sourceType", "kind", "params", "enableConfidentialCompute"];
const features = ["BARE_METAL_LINUX_COMPATIBLE", "FEATURE_TYPE_UNSPECIFIED", "GVNIC", "IDPF", "MULTI_IP_SUBNET", "SECURE_BOOT", "SEV_CAPABLE", "SEV_LIVE_MIGRATABLE", "SEV_LIVE_MIGRATABLE_V2", "SEV_SNP_CAPABLE", "SNP_SVSM_CAPABLE", "SUSPEND_RESUME_COMPATIBLE", "TDX_CAPABLE", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE", "WINDOWS"];
const namePattern = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const maxLabels = 64;

/** @throws GoogleError as Compute Engine refuses an image before it looks at its disk */
export function checkImage(body: ImageBody): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown) throw new GoogleError(400, "badRequest", `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  if (!namePattern.test(body.name ?? "")) throw invalidValue("resource.name", `'${body.name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'`);
  checkFamily(body.family);
  if (!body.rawDisk?.source) throw new GoogleError(400, "required", "Required field 'resource.rawDisk.source' not specified");
  if (body.rawDisk.containerType !== undefined && body.rawDisk.containerType !== "TAR") throw invalidValue("resource.rawDisk.containerType", `'${body.rawDisk.containerType}'.`);
  for (const { type } of body.guestOsFeatures ?? []) if (!type || !features.includes(type)) throw invalidValue("resource.guestOsFeatures[].type", `'${type}'.`);
  if (body.architecture !== undefined && !["X86_64", "ARM64"].includes(body.architecture)) throw invalidValue("resource.architecture", `'${body.architecture}'.`);
  if ((body.storageLocations?.length ?? 0) > 1) throw invalidValue("resource.storageLocations", "Only one storage location can be given.");
  for (const license of body.licenses ?? []) if (!/projects\/[^/]+\/global\/licenses\/[^/]+$/.test(license)) throw invalidValue("resource.licenses", `'${license}'. The URL is malformed.`);
  const kms = body.imageEncryptionKey?.kmsKeyName;
  if (kms !== undefined && !/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+/.test(kms)) throw invalidValue("resource.imageEncryptionKey.kmsKeyName", `'${kms}'.`);
  checkLabels(body.labels);
}

export function checkFamily(family: string | undefined): void {
  if (family !== undefined && !namePattern.test(family)) throw invalidValue("resource.family", `'${family}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'`);
}

export function checkLabels(labels: Readonly<Record<string, string>> = {}): void {
  if (Object.keys(labels).length > maxLabels) throw invalidValue("labels", `More than ${maxLabels} labels.`);
  for (const [name, value] of Object.entries(labels)) {
    if (!/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(name)) throw invalidValue("labels", `'${name}'. Label keys must start with a lowercase letter and have only lowercase letters, digits, underscores and dashes, at most 63.`);
    if (!/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value)) throw invalidValue("labels", `'${value}'. Label values have only lowercase letters, digits, underscores and dashes, at most 63.`);
  }
}

const memberPattern = /^(allUsers|allAuthenticatedUsers|(user|serviceAccount|group):[^@\s]+@[^@\s]+|domain:\S+|project(Owner|Editor|Viewer):\S+|principal(Set)?:\/\/\S+)$/;

export interface Policy {
  readonly version?: number;
  readonly etag?: string;
  readonly bindings?: readonly { readonly role: string; readonly members?: readonly string[]; readonly condition?: object }[];
}

export function checkPolicy(policy: Policy): void {
  for (const { role, members = [] } of policy.bindings ?? []) {
    if (!/^(roles\/|projects\/|organizations\/)/.test(role)) throw new GoogleError(400, "badRequest", `Role ${role} is not supported for this resource.`);
    for (const member of members) if (!memberPattern.test(member)) throw new GoogleError(400, "badRequest", `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`);
  }
}
