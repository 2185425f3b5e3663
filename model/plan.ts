import { changedInputs, type BuildInputs } from "#model/build-key";
import type { ResolvedChannel } from "#model/channels";
import type { ImageConfig } from "#model/config/types";
import type { Format } from "#model/format";
import type { BuildRecord, FormatRecord } from "#model/release";
import type { Dropped, Stay } from "#model/retention";
import { nextVersion } from "#model/version";

/** What the store has of one release, as far as it is sound. */
export interface StoredRelease {
  readonly build: BuildRecord;
  /** Sets of gates that it passed. */
  readonly passed: readonly string[];
  /** Its sealed formats by name. */
  readonly formats: Readonly<Record<string, FormatRecord>>;
}

/** What the store knows of one image when a run starts. */
export interface ImageLedger {
  /** All releases whose build is sound, oldest first. */
  readonly releases: readonly StoredRelease[];
  /** Every version ever given, removed ones included. */
  readonly taken: readonly string[];
  /** Versions that this stack holds. */
  readonly held: readonly string[];
  /** Releases of it that other stacks, `<project>/<stack>`, hold. */
  readonly elsewhere: readonly { readonly version: string; readonly stack: string }[];
  /** Releases that verification found damaged, with what is wrong: they count as absent. */
  readonly damaged: readonly { readonly version: string; readonly key?: string; readonly problem: string }[];
}

/** What the configuration asks for, where templates are read at all (`build: allow`). */
export interface WantedBuild {
  readonly key: string;
  readonly inputs: BuildInputs;
  /** Build although the key is in the store. */
  readonly forced: boolean;
  /** Digest of what a release must pass. */
  readonly gateSet: string;
}

export interface ImagePlan {
  readonly image: ImageConfig;
  readonly version: string;
  readonly key: string;
  /** What its sites need, by name in order. */
  readonly formats: readonly Format[];
  /** What it must pass; absent where nothing may be built: then it has passed already. */
  readonly gateSet?: string;
  /** The release, when the store has it; without it, it will be built. */
  readonly release?: StoredRelease;
  /** Why it must be built, a line each: `script:web-server changed`. */
  readonly reasons: readonly string[];
  /** Releases that stay registered besides it, newest first. */
  readonly retained: readonly StoredRelease[];
  /** The same, each with the reasons why. */
  readonly stays: readonly Stay[];
  /** Releases that this stack holds and gives up: they leave its sites, and stay in the store. */
  readonly dropped: readonly Dropped[];
  /** Where its channels point from this run on. */
  readonly channels: readonly ResolvedChannel[];
}

/** The release that an image should have now. */
export type CurrentRelease = Pick<ImagePlan, "version" | "key" | "gateSet" | "release" | "reasons">;

/** The release of the configuration's key: the newest that the store has, else the one that is to be built. */
export function wantedRelease(image: ImageConfig, ledger: ImageLedger, wanted: WantedBuild): CurrentRelease {
  const found = wanted.forced ? undefined : ledger.releases.findLast(({ build }) => build.key === wanted.key);
  const version = found?.build.version ?? nextVersion(image.epoch, ledger.taken);
  return { version, key: wanted.key, gateSet: wanted.gateSet, release: found, reasons: found ? [] : whyBuild(ledger, wanted) };
}

/** Where nothing is built, nothing is converted or inspected either: the newest release that passed and has these formats. */
export function finishedRelease(formats: readonly Format[], ledger: ImageLedger): StoredRelease | undefined {
  return ledger.releases.findLast(({ passed, formats: sealed }) => passed.length > 0 && formats.every(({ name }) => sealed[name] !== undefined));
}

/** A release of the store as the current one. */
export function storedRelease(release: StoredRelease): CurrentRelease {
  const { version, key } = release.build;
  return { version, key, release, reasons: [] };
}

function whyBuild({ releases, damaged }: ImageLedger, { key, inputs, forced }: WantedBuild): string[] {
  const lost = damaged.filter((release) => release.key === key || release.key === undefined);
  if (forced) return ["forced by --force"];
  if (lost.length > 0) return lost.map(({ version, problem }) => `the release ${version} in the store is damaged: ${problem}`);
  const last = releases.at(-1);
  return last ? changedInputs(last.build.inputs, inputs) : ["first build: the store has no release of it"];
}
