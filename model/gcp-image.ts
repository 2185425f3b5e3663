import type { GcpSite } from "#model/config/sites/gcp";
import { FleetError } from "#model/errors";
import type { BuildRecord, ReleaseId } from "#model/release";
import { daysAfterEpoch } from "#model/release-date";
import type { TagFacts } from "#model/tags";

/** Names of the labels by which we know our images again. Values are shortened and mapped to what labels take; the description has them exactly. */
export const labelNames = {
  image: "imagefleet-image",
  version: "imagefleet-version",
  key: "imagefleet-key",
  sha256: "imagefleet-sha256",
  stack: "imagefleet-stack",
  channel: "imagefleet-channel",
} as const;

/** What names of our labels begin with: no setting writes one. */
export const labelPrefix = "imagefleet-";

const longestLabel = 63;

/** `debian-12-2026-1101-2`: names of Compute Engine have no dots. The last three parts are the version, so no two releases share one. */
export function gcpImageName({ image, version }: ReleaseId): string {
  return `${image}-${version.replaceAll(".", "-")}`;
}

/** `imagefleet/debian-12-2026.1101.2.tar.gz`: the object that takes the archive until the image is made of it. */
export function objectName({ image, version }: ReleaseId): string {
  return `imagefleet/${image}-${version}.tar.gz`;
}

export function gcpLabels({ labels }: Pick<GcpSite, "labels">, { image, version, key, sha256, stack, superseded }: TagFacts): Record<string, string> {
  return {
    ...labels,
    [labelNames.image]: image,
    [labelNames.version]: version.replaceAll(".", "-"),
    [labelNames.key]: key.slice(0, longestLabel),
    [labelNames.sha256]: sha256.slice(0, longestLabel),
    [labelNames.stack]: stackLabel(stack),
    ...(superseded === false && { [labelNames.channel]: "latest" }),
  };
}

/** `<project>/<stack>` as a label's value: `shop/prod` is `shop_prod`. To look with, not to know by: stacks may share one. */
export function stackLabel(stack: string): string {
  return stack.toLowerCase().replaceAll("/", "_").replace(/[^a-z0-9_-]/g, "-").slice(0, longestLabel);
}

/** By it a channel points at a release, with the version as its value: `imagefleet-channel-stable`. */
export function channelLabel(channel: string): string {
  return `${labelNames.channel}-${channel}`;
}

/** A pointer is moved by its channel alone: who registers and checks releases leaves it as it is. */
export function isChannelLabel(name: string): boolean {
  return name.startsWith(channelLabel(""));
}

/**
 * Family by which the site's native channel points at a release: consumers name
 * `projects/<project>/global/images/family/debian-12-stable`. Once it is set, whether the image is deprecated is the channel's affair.
 */
export function familyName(image: string, channel: string): string {
  return `${image}-${channel}`;
}

/** What labels have no room for. */
export function gcpDescription({ stack, key, sha256 }: Pick<TagFacts, "stack" | "key" | "sha256">): string {
  return `imagefleet ${stack} key:${key} sha256:${sha256}`;
}

/** @returns undefined where the description is not one that `gcpDescription` made. */
export function readGcpDescription(description: string): Pick<TagFacts, "stack" | "key" | "sha256"> | undefined {
  const [, stack, key, sha256] = /^imagefleet (\S+\/\S+) key:([0-9a-f]+) sha256:([0-9a-f]{64})$/.exec(description) ?? [];
  return stack !== undefined && key !== undefined && sha256 !== undefined ? { stack, key, sha256 } : undefined;
}

/**
 * What machines made of the image may use. Kernels of our images know gVNIC and more than one queue of virtio-scsi.
 * @throws FleetError where the site wants Secure Boot and the image does not boot on UEFI
 */
export function guestOsFeatures({ name, guestOsFeatures: more, secureBoot }: Pick<GcpSite, "name" | "guestOsFeatures" | "secureBoot">, os: BuildRecord["os"]): string[] {
  const uefi = gcpArchitecture(os) === "ARM64" || (os?.firmware ?? ["bios"]).includes("uefi");
  if (secureBoot && !uefi) {
    throw new FleetError({ action: "make an image for Secure Boot", place: name, cause: "the image boots on BIOS alone", hint: `publish the image on another site, or set imagefleet:sites.${name}.secureBoot to false` });
  }
  return [...new Set(["GVNIC", "VIRTIO_SCSI_MULTIQUEUE", ...(uefi ? ["UEFI_COMPATIBLE"] : []), ...(secureBoot ? ["SECURE_BOOT"] : []), ...more])].sort();
}

export function gcpArchitecture(os: BuildRecord["os"]): "X86_64" | "ARM64" {
  return os?.arch === "aarch64" || os?.arch === "arm64" ? "ARM64" : "X86_64";
}

/** The instant after which an image should be deprecated, `2027-11-01T00:00:00Z`, where the site has one. */
export function gcpDeprecationTime({ deprecateAfter }: Pick<GcpSite, "deprecateAfter">, version: string): string | undefined {
  return deprecateAfter === undefined ? undefined : daysAfterEpoch(version, deprecateAfter);
}
