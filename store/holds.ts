import { readdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ownerOf } from "#model/owner";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { isBuilt } from "./catalog.ts";
import { flush, linkIfAbsent, makeDirectory, writeDurably } from "./durable.ts";
import { errorCode, ifPresent, StoreError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { parseReleaseName } from "./names.ts";
import { removalsDecided } from "./removals-decided.ts";
import { createStaging, discard } from "./staging-area.ts";
import type { Hold } from "./store.ts";
import { refuseTombstoned } from "./tombstones.ts";

/**
 * Holds a release. A removal announces itself, then looks for holds; we show our hold, then look for removals: one of the
 * two sees the other whatever the order, and the removal gives way unless it has already buried the release.
 */
export async function addHold(layout: Layout, hold: Hold): Promise<void> {
  const action = `hold ${releaseName(hold)} for ${ownerOf(hold)}`;
  const path = layout.hold(hold);
  await refuseTombstoned(layout, hold, action);
  if (!(await isBuilt(layout, hold))) {
    const hint = `see what there is: npm run store -- ls ${hold.image}`;
    throw new StoreError({ action, place: layout.root, cause: "the store has no such release", hint });
  }
  const added = await writeHold(layout, hold, path, action);
  try {
    await removalsDecided(layout, hold, action);
    await refuseTombstoned(layout, hold, action);
  } catch (error) {
    if (added) await unlinkDurably(path);
    throw error;
  }
}

/** Ends a hold, if there is one. */
export async function endHold(layout: Layout, hold: Hold): Promise<void> {
  await unlinkDurably(layout.hold(hold));
}

/** Who holds what; the path says it, so that a damaged file still holds. */
export async function readHolds(layout: Layout, image?: string): Promise<Hold[]> {
  const holds: Hold[] = [];
  for (const project of (await ifPresent(readdir(layout.holds))) ?? []) {
    for (const stack of (await ifPresent(readdir(join(layout.holds, project)))) ?? []) {
      for (const name of (await ifPresent(readdir(join(layout.holds, project, stack)))) ?? []) {
        const id = parseReleaseName(name.replace(/\.json$/, ""));
        if (id && (image === undefined || id.image === image)) holds.push({ project, stack, ...id });
      }
    }
  }
  return holds;
}

export async function holdersOf(layout: Layout, id: ReleaseId): Promise<Hold[]> {
  return (await readHolds(layout, id.image)).filter((hold) => hold.version === id.version);
}

async function writeHold(layout: Layout, hold: Hold, path: string, purpose: string): Promise<boolean> {
  const { project, stack, image, version } = hold;
  const staging = await createStaging(layout, purpose);
  try {
    const prepared = join(staging.dir, "hold.json");
    await writeDurably(prepared, `${JSON.stringify({ schemaVersion: 1, project, stack, image, version }, null, 2)}\n`);
    await makeDirectory(dirname(path), layout.root);
    return await linkIfAbsent(prepared, path);
  } finally {
    await discard(staging.dir);
  }
}

async function unlinkDurably(path: string): Promise<void> {
  try {
    await unlink(path);
    await flush(dirname(path));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
