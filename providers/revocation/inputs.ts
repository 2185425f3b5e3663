import type { ReleaseId } from "#model/release";

export interface RevocationInputs extends ReleaseId {
  readonly reason: string;
  /** `<project>/<stack>` whose configuration says so. */
  readonly stack: string;
  /** `<image>@<version>` that it is layered on, and that took it along. */
  readonly revokedWith?: string;
}
