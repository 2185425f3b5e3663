import { basename, dirname, join } from "node:path";
import { stat } from "node:fs/promises";
import { ownerOf } from "#model/owner";
import { releaseName } from "#model/release";
import type { ReleaseId } from "#model/release";
import { groupsOf } from "./catalog.ts";
import { flush, makeDirectory, moveIfAbsent } from "./durable.ts";
import { errorCode, ifPresent, NeededError, StoreError } from "./errors.ts";
import { holdersOf } from "./holds.ts";
import type { Layout } from "./layout.ts";
import { createStaging, discard } from "./staging-area.ts";
import type { StagingDir } from "./staging-area.ts";
import type { GroupName, Tombstone } from "./store.ts";
import { bury, isTombstoned, readTombstone, readTombstones } from "./tombstones.ts";
import { readUses } from "./uses.ts";

/** Says why a release is needed, if it is; asked once its removal is announced, so that whoever comes later waits. */
export type StillNeeded = () => Promise<string | undefined>;

/**
 * Removes a release that nobody holds or works with: tombstone first, so that a kill leaves all of it or nothing a reader
 * can see. `gone`: somebody else was faster.
 */
export async function removeRelease(layout: Layout, id: ReleaseId, reason: string, stillNeeded?: StillNeeded): Promise<"removed" | "gone"> {
  const name = releaseName(id);
  const action = `remove ${name}`;
  await requirePresent(layout, id, action);
  // The owner file says what we are about to do before we look for holds: see addHold.
  return withStaging(layout, action, name, async (staging) => {
    let buried = false;
    if (!(await isTombstoned(layout, id))) {
      // Uses first: one that ends meanwhile may have left a release that is layered on this one.
      await refuseUsed(layout, id, action);
      await refuseHeld(layout, id, action);
      const need = await stillNeeded?.();
      if (need !== undefined) throw new NeededError({ action, place: layout.root, cause: need });
      buried = await bury(layout, id, reason, false, staging);
    }
    await carryOff(layout, id, staging);
    return buried ? "removed" : "gone";
  });
}

/** Removes the evidence of an inspection that failed: readers see all of it or none. Idempotent. */
export async function removeEvidence(layout: Layout, id: ReleaseId, group: `failures/${string}`): Promise<void> {
  await removeTree(layout, layout.group(id, group), `remove ${group} of ${releaseName(id)}`);
}

/** Removes what lies in quarantine under a name. Idempotent. */
export async function removeQuarantined(layout: Layout, name: string): Promise<void> {
  const place = join(layout.quarantine, name);
  if (basename(place) !== name || dirname(place) !== layout.quarantine) throw new StoreError({ action: `remove ${JSON.stringify(name)} from quarantine`, cause: "it is no name of something in quarantine" });
  await removeTree(layout, place, `remove ${name} from quarantine`);
}

async function removeTree(layout: Layout, dir: string, action: string): Promise<void> {
  await withStaging(layout, action, undefined, async (staging) => {
    await moveIfAbsent(dir, join(staging.dir, "removed")).catch((error: unknown) => {
      if (errorCode(error) !== "ENOENT") throw error; // somebody else was faster
    });
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

/** Takes away what an interrupted removal or quarantine left behind its tombstone; returns the directories. */
export async function finishRemovals(layout: Layout): Promise<string[]> {
  const unfinished = await unfinishedRemovals(layout);
  for (const id of unfinished) await withStaging(layout, `finish the removal of ${releaseName(id)}`, undefined, (staging) => carryOff(layout, id, staging));
  return unfinished.map((id) => layout.release(id));
}

/** Releases that are buried, and of which something still lies where it was. */
export async function unfinishedRemovals(layout: Layout): Promise<Tombstone[]> {
  const buried = await readTombstones(layout);
  const left = await Promise.all(buried.map((id) => ifPresent(stat(layout.release(id)))));
  return buried.filter((_, index) => left[index] !== undefined);
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
  throw new NeededError({
    action,
    place: layout.root,
    cause: `held by ${holders.length === 1 ? "the stack" : "the stacks"} ${holders.join(", ")}`,
    hint: "let these stacks drop it first: move their channels and lower `retain`, or remove the image from their configuration, then `npm run up` (or `pulumi destroy`)",
  });
}

async function refuseUsed(layout: Layout, id: ReleaseId, action: string): Promise<void> {
  const users = (await readUses(layout)).filter(({ image, version }) => image === id.image && version === id.version);
  if (users.length === 0) return;
  throw new NeededError({ action, place: layout.root, cause: `in use now: ${users.map(({ by }) => by).join(", ")}`, hint: "wait until this has ended" });
}

async function withStaging<T>(layout: Layout, purpose: string, removing: string | undefined, work: (staging: StagingDir) => Promise<T>): Promise<T> {
  const staging = await createStaging(layout, purpose, removing);
  try {
    return await work(staging);
  } finally {
    await discard(staging.dir);
  }
}
