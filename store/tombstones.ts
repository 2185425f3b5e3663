import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions } from "#model/version";
import { releaseName } from "#model/release";
import type { BuildRecord, ReleaseId } from "#model/release";
import { linkIfAbsent, makeDirectory, writeDurably } from "./durable.ts";
import { ifPresent, StoreError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { parseReleaseName } from "./names.ts";
import { readRecord } from "./record.ts";
import type { StagingDir } from "./staging-area.ts";
import type { Tombstone } from "./store.ts";

/** From its tombstone on a release is gone for every reader; what is left of its files is only waiting to be moved. */
export async function isTombstoned(layout: Layout, id: ReleaseId): Promise<boolean> {
  return (await ifPresent(stat(layout.tombstone(id)))) !== undefined;
}

export async function readTombstones(layout: Layout, image?: string): Promise<Tombstone[]> {
  const names = (await ifPresent(readdir(layout.tombstones))) ?? [];
  const ids = names.map((name) => parseReleaseName(name.replace(/\.json$/, ""))).filter((id) => id !== undefined);
  const wanted = ids.filter((id) => image === undefined || id.image === image);
  wanted.sort((a, b) => (a.image < b.image ? -1 : a.image > b.image ? 1 : compareVersions(a.version, b.version)));
  return Promise.all(wanted.map((id) => readTombstone(layout, id)));
}

/** Writes the tombstone of a release with what can still be read of it; false when it has one already. */
export async function bury(layout: Layout, id: ReleaseId, reason: string, quarantined: boolean, staging: StagingDir): Promise<boolean> {
  const record = await readRecord<BuildRecord>(layout, id, "build").catch(() => undefined);
  const tombstone: Tombstone = {
    schemaVersion: 1,
    image: id.image,
    version: id.version,
    reason,
    removedAt: new Date().toISOString(),
    ...(record && { key: record.key, sha256: record.disk.sha256 }),
    ...(quarantined && { quarantined }),
  };
  const prepared = join(staging.dir, "tombstone.json");
  await writeDurably(prepared, `${JSON.stringify(tombstone, null, 2)}\n`);
  await makeDirectory(layout.tombstones, layout.root);
  return linkIfAbsent(prepared, layout.tombstone(id));
}

/** @throws StoreError when the version was given and taken away. */
export async function refuseTombstoned(layout: Layout, id: ReleaseId, action: string): Promise<void> {
  if (!(await isTombstoned(layout, id))) return;
  const { reason, removedAt, quarantined } = await readTombstone(layout, id);
  throw new StoreError({
    action,
    place: layout.root,
    cause: `${releaseName(id)} was ${quarantined ? "quarantined" : "removed"} on ${removedAt}: ${reason}; its version is never given again`,
    hint: `take another release (npm run store -- ls ${id.image}) or build the next one (npm run up)`,
  });
}

/** The file's name alone proves that the version was given: a tombstone that can't be read still counts. */
export async function readTombstone(layout: Layout, id: ReleaseId): Promise<Tombstone> {
  const fallback: Tombstone = { schemaVersion: 1, image: id.image, version: id.version, reason: "its tombstone cannot be read", removedAt: "an unknown date" };
  try {
    return { ...fallback, ...(JSON.parse(await readFile(layout.tombstone(id), "utf8")) as Partial<Tombstone>), image: id.image, version: id.version };
  } catch {
    return fallback;
  }
}
