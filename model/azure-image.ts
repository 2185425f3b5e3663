import type { AzureSite, ReplicaRegion } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import type { BuildRecord, ReleaseId } from "#model/release";
import { daysAfterEpoch } from "#model/release-date";
import { ourTags, tagNames, type TagFacts } from "#model/tags";

/** `debian-12-2026.1101.2.vhd`: the page blob that takes the disk until the image is made of it. */
export function blobName({ image, version }: ReleaseId): string {
  return `${image}-${version}.vhd`;
}

/** Of an image without a gallery: `debian-12-2026.1101.2`. */
export function managedImageName({ image, version }: ReleaseId): string {
  return `${image}-${version}`;
}

/** Of the image definition in a gallery; its versions are those of the releases. */
export function definitionName(image: string): string {
  return image;
}

/** What machines it may boot on: the second generation is UEFI. */
export function hyperVGeneration(os: BuildRecord["os"]): "V1" | "V2" {
  return azureArchitecture(os) === "Arm64" || (os?.firmware ?? ["bios"]).includes("uefi") ? "V2" : "V1";
}

export function azureArchitecture(os: BuildRecord["os"]): "x64" | "Arm64" {
  return os?.arch === "aarch64" || os?.arch === "arm64" ? "Arm64" : "x64";
}

/**
 * Features of an image definition that say how its machines are secured; none is `standard`.
 * @throws FleetError where the site wants more than an image that boots on BIOS alone can have
 */
export function securityFeatures({ name, security }: Pick<AzureSite, "name" | "security">, os: BuildRecord["os"]): { readonly name: string; readonly value: string }[] {
  const uefi = hyperVGeneration(os) === "V2";
  const wanted = security ?? (uefi ? "trustedLaunchSupported" : "standard");
  if (wanted === "standard") return [];
  if (!uefi) throw new FleetError({ action: `make an image with the security type ${wanted}`, place: name, cause: "the image boots on BIOS alone", hint: `publish the image on another site, or remove imagefleet:sites.${name}.security` });
  return [{ name: "SecurityType", value: wanted === "trustedLaunch" ? "TrustedLaunch" : "TrustedLaunchSupported" }];
}

/** Every region of a gallery's versions, the one that the bytes enter first. */
export function replicaRegions({ location, replicas, replicateTo }: Pick<AzureSite, "location" | "replicas" | "replicateTo">): ReplicaRegion[] {
  return [{ region: location, replicas }, ...replicateTo];
}

/** The instant of a version's end of life, `2027-11-01T00:00:00Z`, where the site has one. */
export function endOfLife({ endOfLifeAfter }: Pick<AzureSite, "endOfLifeAfter">, version: string): string | undefined {
  return endOfLifeAfter === undefined ? undefined : daysAfterEpoch(version, endOfLifeAfter);
}

/** On versions and managed images. */
export function azureTags({ tags }: Pick<AzureSite, "tags">, facts: TagFacts): Record<string, string> {
  return { ...tags, ...ourTags(facts) };
}

/** On an image definition, which is no release's own. */
export function definitionTags({ tags }: Pick<AzureSite, "tags">, { image, stack }: Pick<TagFacts, "image" | "stack">): Record<string, string> {
  return { ...tags, [tagNames.image]: image, [tagNames.stack]: stack };
}
