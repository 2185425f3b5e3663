import type { BuildRecord } from "#model/release";
import type { Store } from "#store/store";

/** The newest release of an image that was built from this key, or undefined. */
export async function findRelease(store: Store, image: string, key: string): Promise<BuildRecord | undefined> {
  for (const version of (await store.versions(image)).reverse()) {
    const record = await store.record({ image, version }, "build");
    if (record?.key === key) return record;
  }
  return undefined;
}
