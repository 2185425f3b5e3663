import { FleetError } from "#model/errors";
import type { BuildRecord, ReleaseId } from "#model/release";
import type { Store } from "#store/store";

/** The build that a release's gates and formats are made from: the one that was planned. @throws FleetError where it is not there. */
export async function builtRelease(store: Store, wanted: ReleaseId & { readonly key: string }, action: string): Promise<BuildRecord> {
  const build = await store.record(wanted, "build");
  if (build?.key === wanted.key) return build;
  throw new FleetError({
    action,
    place: store.location,
    cause: build ? "another run has given this version to a build with other inputs" : "the store has no such release",
    hint: "run `npm run up` again: it builds what is missing",
  });
}
