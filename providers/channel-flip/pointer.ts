import type { SiteConfig } from "#model/config/types";

/** One channel of one image on one site. */
export interface PointerTarget {
  readonly site: SiteConfig;
  readonly channel: string;
  readonly image: string;
  /** `<project>/<stack>`, the value of the owner tag: nothing of another stack's is ever moved. */
  readonly stack: string;
  /** True of the one channel of a site that its API has a pointer of its own for; the others live in labels. */
  readonly native: boolean;
}

/**
 * How a kind of site keeps channels. Each kind is a file `pointers/<kind>.ts` that exports `pointers`; the store of the stack
 * (`configuredStore()`) says what a release is.
 */
export interface Pointers {
  /** Throws a FleetError that names what is missing unless the site has the release whole, now, in all its places. */
  verify(target: PointerTarget, version: string): Promise<void>;
  /**
   * Version that the channel points at on the site; undefined where it points nowhere. Where its places (regions, boundaries)
   * disagree, `mixed` says what each has: `eu-west-1: 2026.1101.1`. Throws where the site does not answer.
   */
  read(target: PointerTarget): Promise<Pointed>;
  /** Points the channel at a release, or (undefined) nowhere. Idempotent: called again after a kill it finishes. */
  move(target: PointerTarget, to: string | undefined): Promise<void>;
}

export interface Pointed {
  readonly version?: string;
  readonly mixed?: readonly string[];
}
