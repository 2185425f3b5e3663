import type { Revocations } from "#model/config/channel";
import { releaseName, type ReleaseId } from "#model/release";

/** `revocations/<image>@<version>` in the store. */
export interface RevocationDocument extends ReleaseId {
  readonly schemaVersion: 1;
  /** Of the disk that was built. */
  readonly sha256: string;
  readonly reason: string;
  /** `<project>/<stack>` whose configuration says so. */
  readonly stack: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** `<image>@<version>` that it is layered on, and that took it along. */
  readonly revokedWith?: string;
}

/** A release that is withdrawn everywhere. */
export interface Revoked extends ReleaseId {
  readonly reason: string;
  /** `<project>/<stack>` that says so. */
  readonly stack: string;
  readonly revokedWith?: string;
}

export interface RevocationFacts {
  readonly revoked: Revocations;
  readonly revokedChildren: "named" | "revoked";
  /** `<project>/<stack>` of this run. */
  readonly stack: string;
  readonly documents: readonly RevocationDocument[];
  /** Every release that the store has of this stack's images, with its parent. */
  readonly releases: readonly (ReleaseId & { readonly parent?: ReleaseId })[];
}

/**
 * The releases that are revoked, by this stack's configuration or the records of others, and those that contain one and are
 * only named. What this stack has recorded and no longer configures is restored, so it does not count.
 */
export function revokedReleases({ revoked, revokedChildren, stack, documents, releases }: RevocationFacts): { revoked: Revoked[]; containing: (ReleaseId & { readonly contains: string })[] } {
  const own = Object.entries(revoked).flatMap(([image, versions]) => Object.entries(versions).map(([version, reason]): Revoked => ({ image, version, reason, stack })));
  const others = documents.filter((document) => document.stack !== stack).map(({ image, version, reason, stack: by, revokedWith }): Revoked => ({ image, version, reason, stack: by, ...(revokedWith !== undefined && { revokedWith }) }));
  const all = new Map<string, Revoked>();
  for (const one of [...own, ...others]) if (!all.has(releaseName(one))) all.set(releaseName(one), one);
  const containing = new Map<string, ReleaseId & { readonly contains: string }>();
  // A Map is walked to its end, what is added on the way included: children of children are found as well.
  const parents = new Map([...all].map(([name, one]) => [name, { name, one }]));
  for (const [parent, { name, one }] of parents) {
    for (const { image, version, parent: below } of releases) {
      const child = releaseName({ image, version });
      if (!below || releaseName(below) !== parent || parents.has(child)) continue;
      parents.set(child, { name, one });
      // The policy is that of the stack whose configuration revokes: what another one takes along, it records itself.
      if (revokedChildren === "revoked" && one.stack === stack) all.set(child, { image, version, reason: one.reason, stack, revokedWith: name });
      else containing.set(child, { image, version, contains: name });
    }
  }
  return { revoked: [...all.values()].sort(byName), containing: [...containing.values()].sort(byName) };
}

function byName(a: ReleaseId, b: ReleaseId): number {
  return releaseName(a) < releaseName(b) ? -1 : 1;
}
