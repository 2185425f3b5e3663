import { join } from "node:path";
import { stat } from "node:fs/promises";
import { ownerOf } from "#model/owner";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { groupsOf } from "./catalog.ts";
import { flush, makeDirectory, moveIfAbsent } from "./durable.ts";
import { errorCode, ifPresent, StoreError } from "./errors.ts";
import { holdersOf } from "./holds.ts";
import type { Layout } from "./layout.ts";
import { createStaging, discard } from "./staging-area.ts";
import type { StagingDir } from "./staging-area.ts";
import type { GroupName } from "./store.ts";
import { bury, isTombstoned, readTombstone, readTombstones } from "./tombstones.ts";

/** Removes a release that nobody holds: tombstone first, so that a kill leaves all of it or nothing a reader can see. */
export async function removeRelease(layout: Layout, id: ReleaseId, reason: string): Promise<void> {
  const name = releaseName(id);
  const action = `remove ${name}`;
  await requirePresent(layout, id, action);
  // The owner file says what we are about to do before we look for holds: see addHold.
  await withStaging(layout, action, name, async (staging) => {
    if (!(await isTombstoned(layout, id))) {
      await refuseHeld(layout, id, action);
      await bury(layout, id, reason, false, staging);
    }
    await carryOff(layout, id, staging);
  });
}

/** Moves a damaged release aside, held or not. */
export async function quarantineRelease(layout: Layout, id: ReleaseId, reason: string): Promise<void> {
  const action = `quarantine ${releaseName(id)}`;
  await requirePresent(layout, id, action);
  await withStaging(layout, action, undefined, async (staging) => {
    await bury(layout, id, reason, true, staging);
    await carryOff(layout, id, staging);
  });
}

/** Moves a damaged group aside: readers see all of it or none. The release stays, so there is no tombstone. */
export async function quarantineGroup(layout: Layout, id: ReleaseId, group: GroupName): Promise<void> {
  if (group === "build") throw new StoreError({ action: `quarantine the group build of ${releaseName(id)}`, cause: "without it there is no release", hint: `set the whole release aside: npm run store -- verify --quarantine ${releaseName(id)}` });
  await moveToQuarantine(layout, layout.group(id, group), `${releaseName(id)}-${group.replace("/", "-")}`).catch((error: unknown) => {
    if (errorCode(error) !== "ENOENT") throw error; // somebody else was faster
  });
}

/** Takes away what an interrupted removal or quarantine left behind its tombstone; returns the names of those releases. */
export async function finishRemovals(layout: Layout): Promise<string[]> {
  const finished: string[] = [];
  for (const tombstone of await readTombstones(layout)) {
    if (!(await ifPresent(stat(layout.release(tombstone))))) continue;
    await withStaging(layout, `finish the removal of ${releaseName(tombstone)}`, undefined, (staging) => carryOff(layout, tombstone, staging));
    finished.push(layout.release(tombstone));
  }
  return finished;
}

/** Moves the files of a buried release out of the readers' sight, to where its tombstone says. */
export async function carryOff(layout: Layout, id: ReleaseId, staging: StagingDir): Promise<void> {
  const { quarantined } = await readTombstone(layout, id);
  try {
    if (quarantined) await moveToQuarantine(layout, layout.release(id), releaseName(id));
    else await moveIfAbsent(layout.release(id), join(staging.dir, "removed"));
  } catch (error) {
    // Somebody else was faster.
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function moveToQuarantine(layout: Layout, dir: string, name: string): Promise<void> {
  await makeDirectory(layout.quarantine, layout.root);
  for (let n = 1; ; n++) {
    if (await moveIfAbsent(dir, join(layout.quarantine, `${name}-${n}`))) break;
  }
  await flush(layout.quarantine);
}

async function requirePresent(layout: Layout, id: ReleaseId, action: string): Promise<void> {
  if ((await isTombstoned(layout, id)) || (await groupsOf(layout, id)).length > 0) return;
  const hint = `see what there is: npm run store -- ls ${id.image}`;
  throw new StoreError({ action, place: layout.root, cause: "the store has no such release", hint });
}

async function refuseHeld(layout: Layout, id: ReleaseId, action: string): Promise<void> {
  const holders = (await holdersOf(layout, id)).map(ownerOf);
  if (holders.length === 0) return;
  throw new StoreError({
    action,
    place: layout.root,
    cause: `held by ${holders.length === 1 ? "the stack" : "the stacks"} ${holders.join(", ")}`,
    hint: "let these stacks drop it first: move their channels and lower `retain`, or remove the image from their configuration, then `npm run up` (or `pulumi destroy`)",
  });
}

async function withStaging(layout: Layout, purpose: string, removing: string | undefined, work: (staging: StagingDir) => Promise<void>): Promise<void> {
  const staging = await createStaging(layout, purpose, removing);
  try {
    await work(staging);
  } finally {
    await discard(staging.dir);
  }
}
