import type { AwsSite } from "#model/config/sites/aws";
import { FleetError } from "#model/errors";
import type { BuildRecord, ReleaseId } from "#model/release";
import { daysAfterEpoch } from "#model/release-date";
import { ourTags, type TagFacts } from "#model/tags";

/** Name of the root device of every AMI: what Linux and the console show first. */
export const rootDevice = "/dev/xvda";

/** Somebody who may start machines of an AMI, in the words of the official resource. */
export interface LaunchShare {
  /** Last part of the permission's name: the id of the account, organization or unit, or `all`. */
  readonly name: string;
  readonly accountId?: string;
  readonly organizationArn?: string;
  readonly organizationalUnitArn?: string;
  readonly group?: "all";
}

/** `debian-12-2026.1101.2`, in every region. */
export function amiName({ image, version }: ReleaseId): string {
  return `${image}-${version}`;
}

export function amiArchitecture(os: BuildRecord["os"]): "x86_64" | "arm64" {
  return os?.arch === "aarch64" || os?.arch === "arm64" ? "arm64" : "x86_64";
}

/** What instances boot it with. Those for ARM have no BIOS, and NitroTPM is for UEFI alone: there `uefi-preferred` would not do. */
export function bootMode(os: BuildRecord["os"], { tpm = false }: Partial<Pick<AwsSite, "tpm">> = {}): "legacy-bios" | "uefi" | "uefi-preferred" {
  const firmware = os?.firmware ?? ["bios"];
  if (amiArchitecture(os) === "arm64") return "uefi";
  if (!firmware.includes("uefi")) return "legacy-bios";
  return tpm || !firmware.includes("bios") ? "uefi" : "uefi-preferred";
}

/** @throws FleetError where the site wants a TPM and the image does not boot on UEFI */
export function tpmSupport({ name, tpm }: Pick<AwsSite, "name" | "tpm">, os: BuildRecord["os"]): "v2.0" | undefined {
  if (!tpm) return undefined;
  if (bootMode(os) !== "legacy-bios") return "v2.0";
  throw new FleetError({ action: "make an AMI with a TPM", place: name, cause: "the image boots on BIOS alone, and NitroTPM needs UEFI", hint: `publish the image on another site, or set imagefleet:sites.${name}.tpm to false` });
}

/** On AMIs and snapshots: the same in every region and account. */
export function amiTags({ tags }: Pick<AwsSite, "tags">, facts: TagFacts): Record<string, string> {
  return { ...tags, ...ourTags(facts), Name: amiName(facts) };
}

/** The instant of an AMI's deprecation, `2027-11-01T00:00:00Z`, where the site has one. EC2 takes none that has passed. */
export function deprecationTime({ deprecateAfter }: Pick<AwsSite, "deprecateAfter">, version: string): string | undefined {
  return deprecateAfter === undefined ? undefined : daysAfterEpoch(version, deprecateAfter);
}

/** Every region with an AMI, the one that the bytes enter first. */
export function regionsOf({ region, copyTo }: Pick<AwsSite, "region" | "copyTo">): string[] {
  return [region, ...copyTo];
}

/** Whoever an AMI is shared with, in each region. */
export function sharesOf({ visibility, shareWith }: Pick<AwsSite, "visibility" | "shareWith">): LaunchShare[] {
  const last = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);
  return [
    ...(visibility === "public" ? [{ name: "all", group: "all" as const }] : []),
    ...shareWith.accounts.map(({ account }) => ({ name: account, accountId: account })),
    ...shareWith.organizations.map((organizationArn) => ({ name: last(organizationArn), organizationArn })),
    ...shareWith.organizationalUnits.map((organizationalUnitArn) => ({ name: last(organizationalUnitArn), organizationalUnitArn })),
  ];
}
