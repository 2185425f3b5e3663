import type { Unreachable } from "#fleet/probe-sites";
import type { Promoted } from "#model/promoted";

/** What a reviewer should know of a change before it is merged: what `npm run preview -- --json` prints. Everything is in a stable order. */
export interface Review {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** Whether the engine came to its end; without it, what follows is what it said until then. */
  readonly complete: boolean;
  /** Why it did not, or could not begin. */
  readonly errors: readonly string[];
  /** Current releases, and others that something happens to. */
  readonly releases: readonly ReleaseReview[];
  readonly builds: readonly BuildReview[];
  readonly channels: readonly ChannelMove[];
  /** Releases that come from other stacks, or that channels move to: the same bytes, by digest. */
  readonly promoted: readonly Promoted[];
  /** Who may use images that could not before, and the other way round; what is public first. */
  readonly exposures: readonly Exposure[];
  readonly removals: readonly Removal[];
  /** Releases that stay besides the current ones. */
  readonly kept: readonly { readonly image: string; readonly version: string; readonly why: readonly string[] }[];
  /** Withdrawn releases, and those that contain one and stay. */
  readonly revoked: readonly { readonly image: string; readonly version: string; readonly why: string }[];
  /** Registrations that are changed or repaired, and what sites and the fleet share. */
  readonly changes: readonly Change[];
  readonly policies: readonly PolicyFinding[];
  /** Images whose build key is not the one of fleet.lock.json. */
  readonly keys: readonly KeyChange[];
  readonly notLookedAt: readonly (Unreachable & { /** The configuration lets anybody use what is there. */ readonly public: boolean })[];
}

/** What happens to a release on a site; `withdraw` and `restore` are of revoked ones. */
export const deeds = ["register", "adopt", "replace", "change", "withdraw", "restore", "remove", "unchanged"] as const;

export type Deed = (typeof deeds)[number];

export interface SiteReview {
  /** Registrations, one a format and place, by what happens to them. */
  readonly deeds: Readonly<Partial<Record<Deed, number>>>;
  /** Places of the site that could not be asked. */
  readonly notLookedAt: readonly string[];
}

export interface ReleaseReview {
  readonly image: string;
  readonly version: string;
  /** By the name of the site; absent where the release is not, and will not be. */
  readonly sites: Readonly<Record<string, SiteReview>>;
  /** What its sites take. */
  readonly artifacts: readonly { readonly format: string; readonly bytes?: number; /** Version that the size is of, where this one is not made yet. */ readonly as?: string }[];
}

export interface BuildReview {
  readonly image: string;
  readonly version: string;
  /** `script:web-server changed` */
  readonly reasons: readonly string[];
  /** From former builds; absent where there is none. */
  readonly expected?: Expected;
}

export interface Expected {
  /** Of build, gates and formats, one after another. */
  readonly seconds: number;
  readonly parts: { readonly build: number; readonly gates: number; readonly formats: number };
  /** How many former builds that is the median of. */
  readonly builds: number;
  readonly accelerator: "kvm" | "tcg";
}

export interface ChannelMove {
  readonly channel: string;
  readonly image: string;
  readonly from?: string;
  readonly to?: string;
  /** How it comes to that: `["candidate", "latest"]`. */
  readonly via: readonly string[];
  /** The revoked release that it would point at, and why that is revoked. */
  readonly insteadOf?: { readonly from: string; readonly reason: string };
  /** Stack whose request is carried out. */
  readonly requestOf?: string;
  /** Why it stays although somebody asks for more, or what it waits for. */
  readonly waits?: string;
  /** Where another stack is asked to move it: what has become of that, so far. */
  readonly asks?: string;
  readonly waves: readonly { readonly wave: number; readonly sites: readonly string[]; readonly bestEffort: readonly string[]; readonly pause: number }[];
  readonly approval: boolean;
}

export interface Exposure {
  readonly image: string;
  readonly version: string;
  readonly place: string;
  readonly who: string;
  readonly change: "may use it" | "may no longer";
  /** Anybody at all. */
  readonly public: boolean;
  /** Another release of the image is open to them there already. */
  readonly asBefore: boolean;
}

export interface Removal {
  readonly image: string;
  readonly version: string;
  readonly places: readonly string[];
  readonly why: string;
}

export interface Change {
  /** `laptop/debian-12@2026.1101.2/qcow2` */
  readonly name: string;
  readonly deed: string;
  readonly what: string;
}

export interface PolicyFinding {
  readonly policy: string;
  readonly pack: string;
  /** `advisory`, `mandatory`, `remediated`. */
  readonly level: string;
  readonly message: string;
  /** Name of the resource; absent where it is of the whole stack. */
  readonly resource?: string;
  /** Whether the change may not be made. */
  readonly breach: boolean;
}

export interface KeyChange {
  readonly image: string;
  readonly locked?: string;
  readonly now?: string;
  /** `script:web-server changed` */
  readonly inputs: readonly string[];
}

/** Whether a change may not be merged as it is. */
export function isRefused({ complete, errors, policies, keys }: Review): boolean {
  return !complete || errors.length > 0 || keys.length > 0 || policies.some(({ breach }) => breach);
}
