import { releaseName } from "#model/release";
import { defaultRules, storeRetention } from "#model/store-retention";
import { readNeeds } from "#store/read-needs";
import type { Store } from "#store/store";

export const nobodyNeedsIt = "nobody needs it";

/** By name, why each sound release of a store stays when what nobody needs is removed; none where nobody needs it. */
export async function reasonsToStay(store: Store): Promise<Map<string, readonly string[]>> {
  const { needs, faults } = await readNeeds(store);
  const verdicts = storeRetention(needs, { ...defaultRules, now: new Date() });
  const others = faults.length > 0 ? ["something cannot be read: npm run store -- gc --dry-run"] : [];
  return new Map(verdicts.map((verdict) => [releaseName(verdict), verdict.stays ? verdict.why : others]));
}
