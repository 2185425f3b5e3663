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

/** The same as the state keeps it, twice, so it is short. */
export interface KeptExpectation {
  readonly tags: Readonly<Record<string, string>>;
  /** `32 V2 SecurityType=TrustedLaunch` */
  readonly facts: string;
  /** `westeurope:1 northeurope:2` */
  readonly regions: string;
  readonly endOfLife?: string;
}

export interface AzureCheckInputs {
  /** Site, image, version and format: `azure-main/debian-12@2026.1101.2/vhd`. */
  readonly of: string;
  /** Subscription, resource group, storage account and container: a line each. */
  readonly where: string;
  /** Id of the version or managed image. */
  readonly imageId: string;
  readonly expected: KeptExpectation;
}

export interface AzureCheckOutputs extends AzureCheckInputs {
  /** `correct`, `incorrect: <each fault>`, `missing` or `unreachable: <why>`: what the last look found. */
  readonly state: string;
}

export function keptExpectation({ tags, size, generation, features, regions, endOfLife }: AzureExpectation): KeptExpectation {
  return {
    tags,
    facts: [size, generation, ...[...features].sort()].join(" "),
    regions: regions.map(({ region, replicas }) => `${region}:${replicas}`).join(" "),
    ...(endOfLife !== undefined && { endOfLife }),
  };
}

export function expectationIn({ tags, facts, regions, endOfLife }: KeptExpectation): AzureExpectation {
  const [size = "0", generation = "", ...features] = facts.split(" ");
  const places = regions.split(" ").filter(Boolean).map((text) => text.split(":"));
  return { tags, size: Number(size), generation, features, regions: places.map(([region = "", replicas]) => ({ region, replicas: Number(replicas) })), ...(endOfLife !== undefined && { endOfLife }) };
}
