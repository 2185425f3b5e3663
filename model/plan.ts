import { changedInputs, type BuildInputs } from "#model/build-key";
import type { ImageConfig } from "#model/config/types";
import type { BuildRecord } from "#model/release";
import { compareVersions, nextVersion } from "#model/version";

/** What the store knows of one image when a run starts. */
export interface ImageLedger {
  /** Records of all sound releases, oldest first. */
  readonly releases: readonly BuildRecord[];
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
}

export interface ImagePlan {
  readonly image: ImageConfig;
  readonly version: string;
  readonly key: string;
  /** The release, when the store has it; without it, it will be built. */
  readonly record?: BuildRecord;
  /** Why it must be built, a line each: `script:web-server changed`. */
  readonly reasons: readonly string[];
  /** Older releases that stay registered, newest first. */
  readonly retained: readonly BuildRecord[];
}

/**
 * The release that an image should have now, and what stays besides it.
 * @returns undefined where nothing may be built and the store has nothing.
 */
export function planImage(image: ImageConfig, ledger: ImageLedger, wanted: WantedBuild | undefined): ImagePlan | undefined {
  const newest = ledger.releases.at(-1);
  if (!wanted) return newest && { image, version: newest.version, key: newest.key, record: newest, reasons: [], retained: retained(image, ledger, newest.version) };
  const found = wanted.forced ? undefined : ledger.releases.findLast(({ key }) => key === wanted.key);
  const version = found?.version ?? nextVersion(image.epoch, ledger.taken);
  const reasons = found ? [] : whyBuild(ledger, wanted);
  return { image, version, key: wanted.key, record: found, reasons, retained: retained(image, ledger, version) };
}

function retained(image: ImageConfig, { releases, held }: ImageLedger, current: string): BuildRecord[] {
  const candidates = releases.filter(({ version }) => version !== current && held.includes(version));
  return candidates.sort((a, b) => compareVersions(b.version, a.version)).slice(0, image.retain);
}

function whyBuild({ releases, damaged }: ImageLedger, { key, inputs, forced }: WantedBuild): string[] {
  const lost = damaged.filter((release) => release.key === key || release.key === undefined);
  if (forced) return ["forced by --force"];
  if (lost.length > 0) return lost.map(({ version, problem }) => `the release ${version} in the store is damaged: ${problem}`);
  const last = releases.at(-1);
  return last ? changedInputs(last.inputs, inputs) : ["first build: the store has no release of it"];
}
