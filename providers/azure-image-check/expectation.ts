import { createHash } from "node:crypto";
import type { ReleaseId } from "#model/release";
import { tagNames } from "#model/tags";
import type { Replica } from "#providers/shared/azure/registered-image";

/** What a version of an image definition or a managed image should be. */
export interface AzureExpectation {
  readonly tags: Readonly<Record<string, string>>;
  /** GiB: what holds the disk. */
  readonly size: number;
  readonly generation: string;
  /** Of the definition: `SecurityType=TrustedLaunch`, in order. */
  readonly features: readonly string[];
  /** Empty for a managed image. */
  readonly regions: readonly Replica[];
  /** Instant. */
  readonly endOfLife?: string;
}

/** The same, short enough to be kept in the state twice. */
export interface KeptExpectation {
  /** Without those of the release, whose name is kept anyway. */
  readonly tags: Readonly<Record<string, string>>;
  /** A line each: `32 V2 SecurityType=TrustedLaunch`, `westeurope:1 northeurope:2`, `2027-11-01T00:00:00Z`. */
  readonly facts: string;
}

/** Characters of a tag's value that a later look keeps as it is. */
const longestValue = 32;
const markBegin = "~";
const markLength = 6;

export function keptExpectation({ tags, size, generation, features, regions, endOfLife = "" }: AzureExpectation): KeptExpectation {
  const { [tagNames.image]: _image, [tagNames.version]: _version, ...others } = tags;
  const replicas = regions.map(({ region, replicas: count }) => `${region}:${count}`);
  return { tags: others, facts: [[size, generation, ...[...features].sort()].join(" "), replicas.join(" "), endOfLife].join("\n") };
}

/** What a later look needs to tell what differs. To put it right takes what was declared. */
export function shortExpectation({ tags, facts }: KeptExpectation): KeptExpectation {
  return { tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, short(value)])), facts };
}

export function expectationIn({ tags, facts }: KeptExpectation, { image, version }: ReleaseId): AzureExpectation {
  const [settings = "", regions = "", endOfLife = ""] = facts.split("\n");
  const [size = "0", generation = "", ...features] = settings.split(" ");
  const places = regions.split(" ").filter(Boolean).map((text) => text.split(":"));
  return {
    tags: { ...tags, [tagNames.image]: image, [tagNames.version]: version }, size: Number(size), generation, features,
    regions: places.map(([region = "", replicas]) => ({ region, replicas: Number(replicas) })), ...(endOfLife !== "" && { endOfLife }),
  };
}

/** @param wanted As it was declared, or short. */
export function isTagValue(found: string | undefined, wanted: string | undefined): boolean {
  return found === wanted || (found !== undefined && wanted !== undefined && isMark(wanted) && short(found) === wanted);
}

/** Stands for a longer value. */
export function isMark(value: string): boolean {
  return value.length === markBegin.length + markLength && value.startsWith(markBegin);
}

function short(value: string): string {
  return value.length <= longestValue ? value : markBegin + createHash("sha256").update(value).digest("base64url").slice(0, markLength);
}
