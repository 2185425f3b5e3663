import type { ReleaseId } from "#model/release";
import { describeFault, type SealFault } from "#providers/seal/seal-fault";
import type { GroupReport } from "#providers/seal/verify-release";
import type { Store } from "#store/store";

/** A key that is not known here yet, or gates that have not run yet, are no damage. */
function isDamage({ group, problem }: SealFault): boolean {
  return problem !== "unknown key" && !(problem === "unsealed" && group === "build");
}

/**
 * Moves what is damaged into the store's quarantine, so that the next run makes it again: single groups, or the whole release
 * where its build is damaged. @returns what was moved
 */
export async function setAside(store: Store, id: ReleaseId, reports: readonly GroupReport[]): Promise<string[]> {
  const damaged = reports.filter(({ faults }) => faults.some(isDamage));
  const build = damaged.find(({ group }) => group === "build");
  if (build) {
    await store.quarantine(id, build.faults.filter(isDamage).map(describeFault).join("; "));
    return ["the whole release"];
  }
  for (const { group } of damaged) await store.quarantineGroup(id, group);
  return damaged.map(({ group }) => group);
}
