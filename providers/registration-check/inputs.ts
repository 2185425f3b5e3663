import type { ReleaseId } from "#model/release";
import type { CompactExpectation } from "#providers/registration-check/openstack/expectation";

/** Kinds of sites whose registrations are checked. */
export type CheckedKind = "openstack";

/** One registration and what it should be. */
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
  readonly expected: CompactExpectation;
}

/** The same as the state keeps it, twice and with the dependencies of each name, so there are few. */
export interface KeptInputs extends Pick<CheckInputs, "imageId" | "sha256" | "expected"> {
  /** Site, image, version and format: `frankfurt/debian-12@2026.1101.2/qcow2`. */
  readonly of: string;
  /** Kind, entry of clouds.yaml and, where it is given, region: a line each. */
  readonly where: string;
}

/** What a later look needs. */
export interface CheckOutputs extends Pick<KeptInputs, "where" | "imageId"> {
  readonly expected: Omit<CompactExpectation, "kept">;
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

/** What a later look is told. */
export type CheckLook = Omit<CheckInputs, "expected" | "sha256"> & Omit<CheckOutputs, "where">;

/** What is compared and repaired differs from one kind of site to the next. */
export interface CheckedSite {
  /**
   * Waits until the registration is ready, compares its bytes and settings with what is expected, repairs what it can.
   * @returns what the server says of the bytes, for later looks.
   * @throws FleetError where it is not as expected afterwards.
   */
  settle(inputs: CheckInputs, options: SettleOptions): Promise<string>;
  /** Looks, and changes nothing. @returns the state. @throws where the site does not answer. */
  inspect(look: CheckLook): Promise<string>;
  /** Takes away what keeps the registration from being deleted: it is no longer wanted. */
  release(look: CheckLook): Promise<void>;
}

export interface SettleOptions {
  /** Milliseconds after which a registration that is still being made counts as dead. */
  readonly stuckAfterMs: number;
  /** Something else had the name when it was last looked at. */
  readonly suspicious: boolean;
  /** The sealed artifact: its length, and its digest by another algorithm than the store's. */
  readonly sealed: { bytes(): Promise<number>; digest(algorithm: string): Promise<string> };
  /** What is being done, now and then. */
  readonly progress: (text: string) => void;
}
