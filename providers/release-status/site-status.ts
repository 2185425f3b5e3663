import type { SiteConfig } from "#model/config/types";
import type { ReleaseId } from "#model/release";

/** One release on one site. */
export interface StatusTarget extends ReleaseId {
  readonly site: SiteConfig;
  /** The one vCenter of a boundary that is meant, by its short name, and those that pull from it. Default: all of the site. */
  readonly vcenter?: string;
  /** `<project>/<stack>`, the value of the owner tag: nothing of another stack's is ever withdrawn. */
  readonly stack: string;
}

/** How a kind of site withdraws a release that was revoked: each is a file `sites/<kind>.ts` that exports `status`. */
export interface SiteStatus {
  /** Nobody gets it any more who does not have it already. Idempotent; one that is not there is withdrawn. */
  withdraw(target: StatusTarget): Promise<void>;
  /** Takes that back, but for what registrations and channels see to: shares and pointers. Idempotent. Absent: they see to all of it. */
  restore?(target: StatusTarget): Promise<void>;
  /** What still offers it: `region eu-west-1: it is public`; none where it is withdrawn. Throws where the site does not answer. */
  read(target: StatusTarget): Promise<readonly string[]>;
}
