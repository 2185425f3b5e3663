import { createHash } from "node:crypto";
import { labelNames, readGcpDescription } from "#model/gcp-image";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";

/** What a registration should be, short enough to be kept in the state twice. */
export interface KeptExpectation {
  readonly key: string;
  readonly sha256: string;
  /** All else, a line each, of words without spaces: see `keptExpectation`. */
  readonly facts: string;
}

/** What a later look needs: the image itself says its digests, and it is enough to know whether they are the right ones. */
export type ShortExpectation = Omit<KeptExpectation, "key" | "sha256"> & { readonly sum: string };

export interface KeptInputs extends Pick<CheckInputs, "made"> {
  /** Site, image, version and format: `gcp-main/debian-12@2026.1101.2/gce`. */
  readonly of: string;
  readonly expected: KeptExpectation;
}

/** What a later look needs, besides what it is of: that is its id. */
export interface CheckOutputs extends Pick<KeptInputs, "made"> {
  readonly expected: ShortExpectation;
  /** Of the image that was found right: another one that takes its name has another. */
  readonly identity: string;
  /** It was deprecated, since its time had come. */
  readonly deprecated: boolean;
  /** `correct`, `incorrect: <each fault>`, `missing` or `unreachable: <why>`: what the last look found. */
  readonly state: string;
}

/** What has to be put into few words. */
export type Facts = Omit<CheckInputs, "site" | "image" | "version" | "format" | "made">;

export function keptExpectation({ key, sha256, ...facts }: Facts): KeptExpectation {
  const { project, bucket, stack, labels, architecture, diskSizeGb, superseded, guestOsFeatures, storageLocations, members, licenses, kmsKey, deprecateAt } = facts;
  const lines = [[project, bucket], [stack], [architecture, diskSizeGb, ...(superseded ? ["superseded"] : [])], guestOsFeatures, storageLocations, members, licenses, Object.entries(labels).map((label) => label.join("=")), [kmsKey], [deprecateAt]];
  return { key, sha256, facts: lines.map((words) => words.join(" ")).join("\n").trimEnd() };
}

export function shortExpectation({ key, sha256, ...rest }: KeptExpectation): ShortExpectation {
  return { sum: sumOf({ key, sha256 }), ...rest };
}

export function inputsIn({ of, made, expected: { key, sha256, facts } }: KeptInputs): CheckInputs {
  const lines = facts.split("\n").map((line) => line.split(" ").filter(Boolean));
  const [[project = "", bucket = ""] = [], [stack = ""] = [], [architecture = "", gib, superseded] = [], guestOsFeatures = [], storageLocations = [], members = [], licenses = [], labels = [], [kmsKey] = [], [deprecateAt] = []] = lines;
  return {
    ...namesIn(of), made, key, sha256, stack, project, bucket, architecture, diskSizeGb: Number(gib), superseded: superseded !== undefined, guestOsFeatures, storageLocations, members, licenses,
    labels: Object.fromEntries(labels.map((label) => label.split("="))) as Record<string, string>, ...(kmsKey !== undefined && { kmsKey }), ...(deprecateAt !== undefined && { deprecateAt }),
  };
}

/** `gcp-main/debian-12@2026.1101.2/gce`, taken apart. */
export function namesIn(of: string): Pick<CheckInputs, "site" | "image" | "version" | "format"> {
  const [, site = "", image = "", version = "", format = ""] = /^([^/]*)\/(.*)@(.*)\/(.*)$/.exec(of) ?? [];
  return { site, image, version, format };
}

/** With the digests that the image has, where they are the right ones. */
export function lookedAt(of: string, { made, expected: { sum, ...rest } }: CheckOutputs, { description, labels }: Pick<ComputeImage, "description" | "labels">): { readonly inputs: CheckInputs; readonly known: boolean } {
  const said = readGcpDescription(description);
  const known = said !== undefined && sumOf(said) === sum;
  const { key, sha256 } = known ? said : { key: labels[labelNames.key] ?? "", sha256: labels[labelNames.sha256] ?? "" };
  return { inputs: inputsIn({ of, made, expected: { ...rest, key, sha256 } }), known };
}

function sumOf({ key, sha256 }: Pick<CheckInputs, "key" | "sha256">): string {
  return createHash("sha256").update(`${key} ${sha256}`).digest("base64url").slice(0, 12);
}
