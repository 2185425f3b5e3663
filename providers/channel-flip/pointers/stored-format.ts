import type { BuildRecord, FormatRecord, ReleaseId } from "#model/release";
import { configuredStore } from "#providers/shared/configured-store";

/** What the store has of a release as a site takes it: the build, and the sealed format. */
export function storedFormat(id: ReleaseId, format: string): Promise<[BuildRecord | undefined, FormatRecord | undefined]> {
  const store = configuredStore();
  return Promise.all([store.record(id, "build"), store.record<FormatRecord>(id, `formats/${format}`)]);
}
