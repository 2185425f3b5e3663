import { defaultGates } from "#model/config/gates-schema";
import type { ChannelConfig } from "#model/config/channel";
import type { ImageConfig } from "#model/config/types";
import { parseFormat } from "#model/format";
import type { ImageLedger, StoredRelease } from "#model/plan";
import type { FleetFacts, ImageNeeds } from "#model/plan-fleet";
import type { FormatRecord, ReleaseId } from "#model/release";

/** An image on the site laptop. */
export function imageOf(name: string, more: Partial<ImageConfig> = {}): ImageConfig {
  return { name, os: "debian/debian-12-x86_64", scripts: [], epoch: "2026-11-01", variables: {}, secrets: [], sites: ["laptop"], retain: 1, keepFor: 0, resources: { cpus: 2, timeout: 60 }, gates: defaultGates, waivers: [], ...more };
}

/** A release that passed and is sealed as qcow2, unless it is told otherwise; its key is `k<serial>`. */
export function stored(image: string, serial: number, { passed = ["g"], formats = ["qcow2"], parent }: { passed?: string[]; formats?: string[]; parent?: ReleaseId } = {}): StoredRelease {
  const build: StoredRelease["build"] = {
    schemaVersion: 1, image, version: version(serial), key: `k${serial}`, epoch: "2026-11-01", inputs: {}, artifacts: [], startedAt: "", finishedAt: "", steps: [], tools: {}, accelerator: "tcg", logs: [],
    disk: { name: "disk.qcow2", format: "qcow2", sha256: `k${serial}`, bytes: 1, virtualBytes: 1 }, ...(parent && { parent: { ...parent, key: "k" } }),
  };
  return { build, passed, formats: Object.fromEntries(formats.map((format) => [format, { format } as FormatRecord])) };
}

export function version(serial: number): string {
  return `2026.1101.${serial}`;
}

/** What the store has of an image, all of it held by the stack unless it is told otherwise. */
export function ledgerOf(releases: readonly StoredRelease[], held: readonly number[] = releases.map((_, index) => index + 1)): ImageLedger {
  return { releases, taken: releases.map(({ build }) => build.version), held: held.map(version), elsewhere: [], damaged: [] };
}

/** @param key What the configuration asks for; absent where nothing is built. */
export function needsOf(image: ImageConfig, ledger: ImageLedger, key?: string): ImageNeeds {
  return { image, formats: [parseFormat("qcow2")!], ledger, wanted: key === undefined ? undefined : { key, inputs: {}, forced: false, gateSet: "g" } };
}

/** Channels by name, each with where it points for its images, in the order in which they are written. */
export function channelsOf(channels: Readonly<Record<string, Readonly<Record<string, string>>>>, bestEffort: readonly string[] = []): Record<string, ChannelConfig> {
  return Object.fromEntries(Object.entries(channels).map(([name, images]) => [name, { name, images, waves: [], bestEffort, approval: false, publish: "direct", validFor: 0 }]));
}

export function factsOf(more: Partial<FleetFacts> = {}): FleetFacts {
  return { channels: {}, pointed: [], revoked: new Map(), requests: new Map(), asked: new Map(), formatsOf: () => ["qcow2"], store: "the store", publications: [], now: new Date("2026-11-20T00:00:00Z"), ...more };
}
