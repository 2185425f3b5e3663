import type { ReleaseId } from "#model/release";

/** `publications/<project>/<stack>/<image>@<version>` in the store: when sites were first seen to have a release whole. */
export interface PublicationDocument extends ReleaseId {
  readonly schemaVersion: 1;
  /** Of the disk that was built; what was written before there was this has none. */
  readonly sha256?: string;
  /** When all its sites had it for the first time: RFC 3339, UTC; absent: one has never been seen with it. */
  readonly registeredAt?: string;
  /** Of the sites that have it, when each was first seen with it. */
  readonly sites: Readonly<Record<string, { readonly verifiedAt: string }>>;
}
