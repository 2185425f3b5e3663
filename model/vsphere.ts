import type { Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { ownerOf, type Owner } from "#model/owner";
import type { ReleaseId } from "#model/release";

/** What the description of a library item says of it. */
export interface ItemFacts {
  readonly owner: string;
  readonly key: string;
  /** Of the OVA that was sent. */
  readonly sha256: string;
}

/** Name of a release's item in every library: `debian-12-2026.1101.2`. */
export function itemName({ image, version }: ReleaseId): string {
  return `${image}-${version}`;
}

/** What marks a library as the stack's own; nobody else's is ever touched. */
export function libraryDescription(owner: Owner): string {
  return `imagefleet ${ownerOf(owner)}`;
}

export function itemDescription(owner: Owner, key: string, sha256: string): string {
  return `imagefleet ${ownerOf(owner)} key:${key} sha256:${sha256}`;
}

/** Channels that point at an item, as its description says after the rest: `imagefleet ... channels:candidate,stable`. */
export function itemChannels(description: string): string[] {
  return /^imagefleet \S.* channels:(\S+)$/.exec(description)?.[1]?.split(",") ?? [];
}

/** The description with exactly these channels. */
export function describeChannels(description: string, channels: readonly string[]): string {
  const rest = description.replace(/ channels:\S+$/, "");
  return channels.length === 0 ? rest : `${rest} channels:${[...new Set(channels)].sort().join(",")}`;
}

/** @returns undefined where the description is not one that `itemDescription` made, whatever channels point at it. */
export function readItemDescription(description: string): ItemFacts | undefined {
  const [, owner, key, sha256] = /^imagefleet (\S+\/\S+) key:([0-9a-f]+) sha256:([0-9a-f]{64})(?: channels:\S+)?$/.exec(description) ?? [];
  return owner !== undefined && key !== undefined && sha256 !== undefined ? { owner, key, sha256 } : undefined;
}

/** Everything of a vCenter is named `<site>/<vcenter>/...`, so that one that does not answer can be left out as a whole. */
export function vcenterResource(site: string, vcenter: string, part: "provider" | "library" | "datastore" | "sync"): string {
  return `${site}/${vcenter}/${part}`;
}

/** `corp/vc-a/debian-12@2026.1101.2/ova`: an item, or with `deploy` its test. */
export function itemResource(site: string, vcenter: string, { image, version }: ReleaseId, part: string): string {
  return `${site}/${vcenter}/${image}@${version}/${part}`;
}

/** Environment variables with the user and the password of a vCenter. */
export function credentialVariables({ credentials }: Pick<Vcenter, "credentials">): { readonly user: string; readonly password: string } {
  return { user: `${credentials}_USER`, password: `${credentials}_PASSWORD` };
}

/**
 * Environment variable with the file of the certificate that a pinned vCenter has (PEM), set by `npm run up` once the
 * certificate was seen and its fingerprint is right: `IMAGEFLEET_TRUST_CORP_vc_a`. The case tells site and vCenter apart.
 */
export function trustVariable(site: string, vcenter: string): string {
  const word = (name: string) => name.replaceAll("-", "_");
  return `IMAGEFLEET_TRUST_${word(site).toUpperCase()}_${word(vcenter)}`;
}

/** Environment variable with a directory that has no certificate: what is pinned is trusted alone. Set by `npm run up`. */
export const trustNothingElse = "IMAGEFLEET_TRUST_NOTHING_ELSE";

/** `imagefleet/debian-12-2026.1101.2 on vc-a, vc-b`: where deployment tools find a release's item, by the format it was sent in. */
export function itemReference({ publishers }: VsphereSite, release: ReleaseId, format: string): string {
  const serving = publishers.filter((publisher) => publisher.format === format).flatMap((publisher) => [publisher, ...publisher.subscribers]);
  return [...Map.groupBy(serving, ({ library }) => library)]
    .map(([library, vcenters]) => `${library}/${itemName(release)} on ${vcenters.map(({ name }) => name).join(", ")}`)
    .join("; ");
}
