import type { ReleaseId } from "#model/release";
import type { CompactExpectation } from "#providers/registration-check/openstack/expectation";

/** Kinds of sites whose registrations are checked. */
export type CheckedKind = "openstack";

/** One registration and what it should be. All of it is in the state twice, so it is kept short. */
export interface CheckInputs extends ReleaseId {
  readonly site: string;
  readonly kind: CheckedKind;
  /** Entry of clouds.yaml. */
  readonly cloud: string;
  /** Absent: the entry's. */
  readonly region?: string;
  /** The server's id of the image. */
  readonly imageId: string;
  /** Name of the format that was registered. */
  readonly format: string;
  /** Of the sealed artifact, or the beginning of it. */
  readonly sha256: string;
  readonly bytes: number;
  readonly expected: CompactExpectation;
}

/** What a later look needs, besides the names that are in the id. */
export interface CheckOutputs extends Pick<CheckInputs, "kind" | "cloud" | "region" | "imageId"> {
  readonly expected: Omit<CheckInputs["expected"], "kept">;
  /** `<project>/<stack>`: whose images are listed together. */
  readonly stack: string;
  /** What the server said of the bytes when they were found right: its algorithm and the beginning of its digest. */
  readonly hash: string;
  /**
   * `correct`, `incorrect: <each fault>`, `missing`, `unexpected: <what else has the name>` or `unreachable: <why>`: what the
   * last look found.
   */
  readonly state: string;
}

/** What is compared and repaired differs from one kind of site to the next. */
export interface CheckedSite {
  /**
   * Waits until the registration is ready, compares its bytes and settings with what is expected, repairs what it can.
   * @returns what the server says of the bytes, for later looks.
   * @throws FleetError where it is not as expected afterwards.
   */
  settle(inputs: CheckInputs, options: SettleOptions): Promise<string>;
  /** Looks, and changes nothing. @returns the state. @throws where the site does not answer. */
  inspect(release: ReleaseId, props: CheckOutputs): Promise<string>;
  /** Takes away what keeps the registration from being deleted: it is no longer wanted. */
  release(props: CheckOutputs): Promise<void>;
}

export interface SettleOptions {
  /** Milliseconds after which a registration that is still being made counts as dead. */
  readonly stuckAfterMs: number;
  /** Something else had the name when it was last looked at. */
  readonly suspicious: boolean;
  /** Digest of the sealed artifact by another algorithm than the store's. */
  readonly digest: (algorithm: string) => Promise<string>;
  /** What is being done, now and then. */
  readonly progress: (text: string) => void;
}
