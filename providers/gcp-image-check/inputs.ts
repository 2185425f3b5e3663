import type { ReleaseId } from "#model/release";

/** One registration and what it should be. */
export interface CheckInputs extends ReleaseId {
  readonly site: string;
  /** Name of the format: `gce`. */
  readonly format: string;
  readonly project: string;
  /** Where the archive was, which is removed after use. */
  readonly bucket: string;
  readonly key: string;
  /** Of the sealed artifact. */
  readonly sha256: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  readonly superseded: boolean;
  /** When Compute Engine made the image that the official resource knows. */
  readonly made: string;
  /** The site's own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly guestOsFeatures: readonly string[];
  readonly licenses: readonly string[];
  /** Empty: wherever Compute Engine keeps it. */
  readonly storageLocations: readonly string[];
  readonly architecture: string;
  readonly diskSizeGb: number;
  /** Who may use it, and nobody else. */
  readonly members: readonly string[];
  readonly kmsKey?: string;
  /** The instant after which it is deprecated. */
  readonly deprecateAt?: string;
}
