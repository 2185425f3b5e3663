import { familyName, gcpDescription, gcpLabels, isChannelLabel } from "#model/gcp-image";
import { licensePath, type ComputeImage } from "#providers/shared/gcp/compute-image";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";

export type Deprecation = "ACTIVE" | "DEPRECATED";

/** What an image should say of itself. */
export interface Expected {
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly deprecation: Deprecation;
  /** What names of its channels' families begin with. */
  readonly families: string;
}

export function expectedOf(inputs: CheckInputs, deprecated: boolean): Expected {
  return { description: gcpDescription(inputs), labels: gcpLabels({ labels: inputs.labels }, inputs), deprecation: deprecated ? "DEPRECATED" : "ACTIVE", families: familyName(inputs.image, "") };
}

/** Of a version, so that it says the same to everybody at the same instant. */
export function isDue({ deprecateAt }: Pick<CheckInputs, "deprecateAt">, now = Date.now()): boolean {
  return deprecateAt !== undefined && Date.parse(deprecateAt) <= now;
}

/**
 * In the family of a channel, it is the channel that has an image active or deprecated. One that was withdrawn otherwise comes back as
 * one that nobody is led to.
 */
export function wantedDeprecation({ deprecation, families }: Expected, image: Pick<ComputeImage, "family" | "deprecation">): Deprecation {
  if (!image.family.startsWith(families)) return deprecation;
  return image.deprecation === "ACTIVE" ? "ACTIVE" : "DEPRECATED";
}

/** What can be set again where it is. */
export function settingFaults(expected: Expected, image: ComputeImage): string[] {
  const deprecation = wantedDeprecation(expected, image);
  return [
    ...labelFaults(expected.labels, image),
    ...(image.description === expected.description ? [] : ["description changed"]),
    ...(image.deprecation === deprecation ? [] : [`it is ${image.deprecation.toLowerCase()}, not ${deprecation.toLowerCase()}`]),
  ];
}

export function labelFaults(expected: Readonly<Record<string, string>>, { labels }: Pick<ComputeImage, "labels">): string[] {
  const faults = Object.entries(expected).flatMap(([name, value]) => (labels[name] === value ? [] : [`label ${name} ${labels[name] === undefined ? "missing" : "changed"}`]));
  return [...faults, ...Object.keys(labels).filter((name) => !(name in expected) && !isOthers(name)).map((name) => `label ${name} added`)];
}

/** All that an image should have, and what channels and Google have put on it. */
export function wantedLabels(expected: Readonly<Record<string, string>>, { labels }: Pick<ComputeImage, "labels">): Record<string, string> {
  return { ...Object.fromEntries(Object.entries(labels).filter(([name]) => isOthers(name))), ...expected };
}

/** What an image keeps for life: where it differs, it is another image. */
export function lastingFaults(inputs: CheckInputs, image: ComputeImage): string[] {
  const { guestOsFeatures, storageLocations, architecture, diskSizeGb, kmsKey = "" } = inputs;
  const licenses = inputs.licenses.map(licensePath);
  const same = (what: string, is: readonly string[], should: readonly string[]): string[] => (sorted(is) === sorted(should) ? [] : [`${what}: ${sorted(is) || "none"}, not ${sorted(should) || "none"}`]);
  return [
    ...(image.diskSizeGb === diskSizeGb ? [] : [`its disk has ${image.diskSizeGb} GiB, not ${diskSizeGb}`]),
    ...((image.architecture || "X86_64") === architecture ? [] : [`its architecture is ${image.architecture || "not said"}, not ${architecture}`]),
    ...same("guest OS features", image.guestOsFeatures, guestOsFeatures),
    ...same("licences", image.licenses, licenses),
    ...(storageLocations.length > 0 ? same("kept in", image.storageLocations, storageLocations.map((place) => place.toLowerCase())) : []),
    ...(kmsKey === "" || image.kmsKey === kmsKey ? [] : [`encrypted with ${image.kmsKey || "Google's own key"}, not ${kmsKey}`]),
  ];
}

function sorted(list: readonly string[]): string {
  return [...list].sort().join(", ");
}

/** `goog-managed-by` and the like, and pointers of channels. */
function isOthers(name: string): boolean {
  return name.startsWith("goog-") || isChannelLabel(name);
}
