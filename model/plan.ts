import { changedInputs, type BuildInputs } from "#model/build-key";
import type { ImageConfig } from "#model/config/types";
import type { Format } from "#model/format";
import type { BuildRecord, FormatRecord } from "#model/release";
import { compareVersions, nextVersion } from "#model/version";

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
  /** Older releases that stay registered, newest first. */
  readonly retained: readonly StoredRelease[];
}

/**
 * The release that an image should have now, and what stays besides it.
 * @param formats What its sites need.
 * @returns undefined where nothing may be built and the store has no release that passed and has these formats.
 */
export function planImage(image: ImageConfig, formats: readonly Format[], ledger: ImageLedger, wanted: WantedBuild | undefined): ImagePlan | undefined {
  if (!wanted) return planFinished(image, formats, ledger);
  const found = wanted.forced ? undefined : ledger.releases.findLast(({ build }) => build.key === wanted.key);
  const version = found?.build.version ?? nextVersion(image.epoch, ledger.taken);
  const reasons = found ? [] : whyBuild(ledger, wanted);
  return { image, version, key: wanted.key, formats, gateSet: wanted.gateSet, release: found, reasons, retained: retained(image, ledger, version) };
}

/** Where nothing is built, nothing is converted or inspected either: the newest release that is finished. */
function planFinished(image: ImageConfig, formats: readonly Format[], ledger: ImageLedger): ImagePlan | undefined {
  const finished = ({ passed, formats: sealed }: StoredRelease) => passed.length > 0 && formats.every(({ name }) => sealed[name] !== undefined);
  const release = ledger.releases.findLast(finished);
  if (!release) return undefined;
  const { version, key } = release.build;
  return { image, version, key, formats, release, reasons: [], retained: retained(image, ledger, version) };
}

function retained(image: ImageConfig, { releases, held }: ImageLedger, current: string): StoredRelease[] {
  const candidates = releases.filter(({ build, passed }) => build.version !== current && held.includes(build.version) && passed.length > 0);
  return candidates.sort((a, b) => compareVersions(b.build.version, a.build.version)).slice(0, image.retain);
}

function whyBuild({ releases, damaged }: ImageLedger, { key, inputs, forced }: WantedBuild): string[] {
  const lost = damaged.filter((release) => release.key === key || release.key === undefined);
  if (forced) return ["forced by --force"];
  if (lost.length > 0) return lost.map(({ version, problem }) => `the release ${version} in the store is damaged: ${problem}`);
  const last = releases.at(-1);
  return last ? changedInputs(last.build.inputs, inputs) : ["first build: the store has no release of it"];
}
