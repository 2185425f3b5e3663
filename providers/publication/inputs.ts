import type { ReleaseId } from "#model/release";

/** A release on all sites of its image. */
export interface PublicationInputs extends ReleaseId {
  readonly project: string;
  readonly stack: string;
  /** Its sites, in order. */
  readonly sites: readonly string[];
  /** Those of them that could not be asked. */
  readonly away: readonly string[];
  /** When this run saw that a site has the release, in seconds since 1970. It is taken for a site that is seen for the first time, and else ignored. */
  readonly seen: Readonly<Record<string, number>>;
  /** Hours from the build's end within which every site should have it; absent: no promise. */
  readonly distributeWithin?: number;
}

export interface PublicationOutputs extends ReleaseId {
  readonly project: string;
  readonly stack: string;
  readonly distributeWithin?: number;
  /** By site, hours from the build's end until it had the release. */
  readonly hours: Readonly<Record<string, number>>;
  /** Sites that have not been seen with it yet. */
  readonly pending: readonly string[];
  /** `correct`, or `incorrect: <which site has or had it too late>`. */
  readonly state: string;
}
