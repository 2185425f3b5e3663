import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { releaseName } from "#model/release";
import { allocatedBytes } from "./allocated-bytes.ts";
import type { StoreContext } from "./context.ts";
import { ifPresent } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { finishRemovals, removeQuarantined, unfinishedRemovals } from "./removal.ts";
import { abandonedStagings, sweepStagings } from "./staging-area.ts";
import type { Leftover } from "./store.ts";

/** What belongs to no release, in the order in which it is told; `before` says which notes of digests are old. */
export async function findLeftovers({ layout, verified }: StoreContext, before: Date): Promise<Leftover[]> {
  const digests = await verified.orphans(before);
  return [
    ...(await Promise.all((await abandonedStagings(layout)).map(async ({ dir, owner }): Promise<Leftover> => ({ kind: "staging", what: `staging/${basename(dir)}`, place: dir, bytes: await allocatedBytes(dir), why: `left by a dead process${owner ? `: ${owner.purpose}` : ""}` })))),
    ...(await Promise.all((await unfinishedRemovals(layout)).map(async (id): Promise<Leftover> => ({ kind: "removal", what: releaseName(id), place: layout.release(id), bytes: await allocatedBytes(layout.release(id)), why: `its removal on ${id.removedAt} was not finished` })))),
    ...(await quarantined(layout)),
    ...(digests.files.length > 0 ? [{ kind: "digests", what: `notes of ${digests.files.length} digests`, place: verified.dir, bytes: digests.bytes, why: "the files that they are of are gone" } as const] : []),
  ];
}

/** Nothing is removed that has come to belong to somebody since it was found. Idempotent. */
export async function removeLeftovers({ layout, verified }: StoreContext, leftovers: readonly Leftover[], before: Date): Promise<void> {
  const kinds = new Set(leftovers.map(({ kind }) => kind));
  if (kinds.has("staging")) await sweepStagings(layout);
  if (kinds.has("removal")) await finishRemovals(layout);
  if (kinds.has("digests")) await verified.forget((await verified.orphans(before)).files);
  for (const { kind, place } of leftovers) if (kind === "quarantine") await removeQuarantined(layout, basename(place));
}

async function quarantined(layout: Layout): Promise<Leftover[]> {
  const names = ((await ifPresent(readdir(layout.quarantine))) ?? []).sort();
  const found = await Promise.all(
    names.map(async (name): Promise<Leftover | undefined> => {
      const place = join(layout.quarantine, name);
      const stats = await ifPresent(stat(place));
      // A move leaves the time of the last change to a directory's entries as it was, and notes its own.
      return stats && { kind: "quarantine", what: `quarantine/${name}`, place, bytes: await allocatedBytes(place), why: "it was damaged", since: stats.ctime.toISOString() };
    }),
  );
  return found.filter((one) => one !== undefined);
}
