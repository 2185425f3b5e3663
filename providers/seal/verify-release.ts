import type { ReleaseId } from "#model/release";
import type { GroupName, Store } from "#store/store";
import { directoryFiles, type ReadOptions } from "#providers/seal/group-files";
import type { SealFault } from "#providers/seal/seal-fault";
import type { TrustedKeys } from "#providers/seal/trusted-keys";
import { verifyBuild, verifyListed, type Sealed } from "#providers/seal/verify-build";
import { verifyGroup } from "#providers/seal/verify-group";

/** What was found in one group of a release. */
export interface GroupReport {
  readonly group: GroupName;
  readonly faults: readonly SealFault[];
  /** Fingerprint of the trusted key that sealed it. */
  readonly signer?: string;
}

/**
 * Checks every sealed group of a stored release, and its build against what the seals say of it. Evidence of failed
 * inspections has no seal: it is compared with its record.
 */
export async function verifyRelease(store: Store, id: ReleaseId, trusted: TrustedKeys, options?: ReadOptions): Promise<GroupReport[]> {
  const filesOf = async (group: GroupName) => directoryFiles(await store.locate(id, group), options);
  const groups = await store.groups(id);
  const reports: GroupReport[] = [];
  const sealed: Sealed[] = [];
  for (const group of groups.filter((name) => name !== "build").sort(gatesFirst)) {
    const files = await filesOf(group);
    if (group.startsWith("failures/")) {
      reports.push({ group, faults: await verifyListed(files, id, group) });
      continue;
    }
    const { faults, statement, signer } = await verifyGroup(files, trusted, { id, group });
    reports.push({ group, faults, ...(signer && { signer }) });
    if (statement) sealed.push({ place: files.place, group, statement });
  }
  return [{ group: "build", faults: await verifyBuild(await filesOf("build"), id, sealed) }, ...reports];
}

/** Gates vouch for the build, so what they say of it comes first. */
function gatesFirst(a: GroupName, b: GroupName): number {
  return Number(a.startsWith("formats/")) - Number(b.startsWith("formats/")) || (a < b ? -1 : 1);
}
