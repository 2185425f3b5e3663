import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions, isVersion } from "#model/version";
import type { ReleaseId } from "#model/release";
import { ifPresent } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { isPlainName } from "./names.ts";
import type { GroupName } from "./store.ts";
import { isTombstoned } from "./tombstones.ts";

/** Versions that have a build record and were not removed, oldest first. */
export async function builtVersions(layout: Layout, image: string): Promise<string[]> {
  const present = await versionDirs(layout, image);
  const built = await Promise.all(present.map((version) => isBuilt(layout, { image, version })));
  return present.filter((_, index) => built[index]);
}

/** Versions of which anything is there, tombstoned ones aside; a damaged release may lack its record. */
export async function presentVersions(layout: Layout, image: string): Promise<string[]> {
  const dirs = await versionDirs(layout, image);
  const groups = await Promise.all(dirs.map((version) => groupsOf(layout, { image, version })));
  return dirs.filter((_, index) => groups[index]?.length);
}

export async function imageNames(layout: Layout): Promise<string[]> {
  const names = (await entries(layout.images)).filter(isPlainName).sort();
  const versions = await Promise.all(names.map((name) => presentVersions(layout, name)));
  return names.filter((_, index) => versions[index]?.length);
}

/** Whether a release is there for readers: it has its build record and no tombstone. */
export async function isBuilt(layout: Layout, id: ReleaseId): Promise<boolean> {
  const [record, gone] = await Promise.all([ifPresent(stat(layout.record(id, "build"))), isTombstoned(layout, id)]);
  return record !== undefined && !gone;
}

/** Whether a release has passed any set of gates. */
export async function hasPassed(layout: Layout, id: ReleaseId): Promise<boolean> {
  const sets = (await groupsOf(layout, id)).filter((group) => group.startsWith("gates/"));
  const records = await Promise.all(sets.map((group) => ifPresent(stat(layout.record(id, group)))));
  return records.some((record) => record !== undefined);
}

/** Groups of a release whose directory has something in it. */
export async function groupsOf(layout: Layout, id: ReleaseId): Promise<GroupName[]> {
  if (await isTombstoned(layout, id)) return [];
  const below = async (kind: "gates" | "formats" | "failures") =>
    (await entries(join(layout.release(id), kind))).filter(isPlainName).sort().map((name): GroupName => `${kind}/${name}`);
  const candidates: GroupName[] = ["build", ...(await below("gates")), ...(await below("formats")), ...(await below("failures"))];
  const contents = await Promise.all(candidates.map((group) => entries(layout.group(id, group))));
  return candidates.filter((_, index) => contents[index]?.length);
}

/** Paths of the files below a directory. */
export async function filesBelow(dir: string): Promise<string[]> {
  const found = (await ifPresent(readdir(dir, { recursive: true, withFileTypes: true }))) ?? [];
  return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function versionDirs(layout: Layout, image: string): Promise<string[]> {
  return (await entries(layout.image(image))).filter(isVersion).sort(compareVersions);
}

async function entries(dir: string): Promise<string[]> {
  return (await ifPresent(readdir(dir))) ?? [];
}
