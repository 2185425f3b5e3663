import type { ReleaseId } from "#model/release";

/** A release that is withdrawn on one site. */
export interface StatusInputs extends ReleaseId {
  readonly site: string;
  /** Of a boundary: short name of the vCenter that publishes it. */
  readonly vcenter?: string;
  /** `<project>/<stack>` */
  readonly stack: string;
  /** Why it was revoked. */
  readonly reason: string;
}

export interface StatusOutputs extends StatusInputs {
  /** `correct`: it is withdrawn; `incorrect: <what still offers it>` or `unreachable: <why>`: what the last look found. */
  readonly state: string;
}
