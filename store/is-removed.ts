import type { ReleaseId } from "#model/release";
import type { Store } from "./store.ts";

/** Whether a release was given and taken away: what lacks of it then is no damage. */
export async function isRemoved(store: Store, { image, version }: ReleaseId): Promise<boolean> {
  return (await store.tombstones(image)).some((tombstone) => tombstone.version === version);
}
