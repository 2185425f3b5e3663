import type { ReleaseId } from "#model/release";

/** `publications/<project>/<stack>/<image>@<version>` in the store: when sites were first seen to have a release whole. */
export interface PublicationDocument extends ReleaseId {
  readonly schemaVersion: 1;
  /** When all its sites had it: RFC 3339, UTC. */
  readonly registeredAt: string;
  readonly sites: Readonly<Record<string, { readonly verifiedAt: string }>>;
}
