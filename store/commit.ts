import { lstat, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { releaseName } from "#model/release";
import type { Artifact, GroupRecord, ReleaseId } from "#model/release";
import { hasPassed, isBuilt } from "./catalog.ts";
import type { StoreContext } from "./context.ts";
import { flush, makeDirectory, moveIfAbsent, writeDurably } from "./durable.ts";
import { errorCode, ifPresent, StoreError } from "./errors.ts";
import { groupPlace, requirePlainName } from "./names.ts";
import { problemOf, readRecord } from "./record.ts";
import { carryOff } from "./removal.ts";
import { settleFile, type Settled } from "./settle-file.ts";
import type { StagingDir } from "./staging-area.ts";
import type { GroupName } from "./store.ts";
import { isTombstoned, refuseTombstoned } from "./tombstones.ts";

export interface Commit<R extends GroupRecord> {
  readonly id: ReleaseId;
  readonly group: GroupName;
  readonly files: readonly (string | Artifact)[];
  readonly record: (artifacts: Artifact[]) => R;
  /** Files that were made final and hashed before, by name. */
  readonly settled: ReadonlyMap<string, Settled>;
}

/** Publishes what is in a staging directory as a group: see `Staging.commit`. */
export async function commitGroup<R extends GroupRecord>(context: StoreContext, staging: StagingDir, commit: Commit<R>): Promise<"stored" | "lost"> {
  const { layout, verified } = context;
  const { id, group } = commit;
  const action = `store ${releaseName(id)}, group ${group}`;
  // Refuses names that could climb out, before anything else is said of them.
  layout.group(id, group);
  await refuseTombstoned(layout, id, action);
  if (group !== "build" && !(await isBuilt(layout, id))) {
    throw new StoreError({ action, place: layout.root, cause: "its release has not been built", hint: "commit the group build first" });
  }
  if (group.startsWith("formats/") && !(await hasPassed(layout, id))) {
    throw new StoreError({ action, place: layout.root, cause: "its release has passed no gates", hint: "a format is stored only after its release was inspected: npm run up" });
  }
  if (await readRecord(layout, id, group)) return "lost";
  const settled = await settleFiles(context, staging, commit, action);
  await dropOthers(staging, settled);
  await writeRecord(staging, commit, settled, action);
  if (!(await publish(context, staging, id, group, action))) return "lost";
  for (const { name, sha256, identity } of settled) {
    await verified.remember(layout.artifact(id, group, name), identity, sha256);
  }
  return "stored";
}

async function settleFiles<R extends GroupRecord>(context: StoreContext, staging: StagingDir, commit: Commit<R>, action: string): Promise<Settled[]> {
  const expected = commit.files.map((file) => (typeof file === "string" ? { name: file } : file));
  const names = expected.map(({ name }) => requirePlainName("name of an artifact", name));
  if (new Set([...names, groupPlace(commit.group).recordFile]).size !== names.length + 1) {
    throw new StoreError({ action, cause: `a name occurs twice, or is the record's own: ${names.join(", ")}` });
  }
  return Promise.all(expected.map((file) => settleFile(context, staging, file, action, commit.settled)));
}

async function dropOthers(staging: StagingDir, keep: readonly Artifact[]): Promise<void> {
  const kept = new Set(keep.map(({ name }) => name));
  for (const name of await readdir(staging.files)) {
    if (!kept.has(name)) await rm(join(staging.files, name), { recursive: true, force: true });
  }
}

async function writeRecord<R extends GroupRecord>(staging: StagingDir, { id, group, record }: Commit<R>, settled: readonly Settled[], action: string): Promise<void> {
  const artifacts = settled.map(({ name, sha256, bytes }): Artifact => ({ name, sha256, bytes }));
  const value = record(artifacts);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  const problem = problemOf(text, id, group) ?? (isDeepStrictEqual(value.artifacts, artifacts) ? undefined : "it does not list exactly the stored artifacts");
  if (problem) throw new StoreError({ action, cause: `the record is unfit: ${problem}` });
  await writeDurably(join(staging.files, groupPlace(group).recordFile), text);
  await flush(staging.files);
}

/** The one atomic step. A removal may come between our look at the tombstone and the rename: so look again, and undo. */
async function publish({ layout }: StoreContext, staging: StagingDir, id: ReleaseId, group: GroupName, action: string): Promise<boolean> {
  const target = layout.group(id, group);
  const won = await moveInto(staging.files, target, layout.root);
  if (await isTombstoned(layout, id)) {
    if (won) await carryOff(layout, id, staging);
    await refuseTombstoned(layout, id, action);
  }
  if (!won && !(await readRecord(layout, id, group))) {
    const hint = `set it aside: npm run store -- verify --quarantine ${releaseName(id)}`;
    throw new StoreError({ action, place: target, cause: "the directory is there, without its record", hint });
  }
  return won;
}

async function moveInto(files: string, target: string, root: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    await makeDirectory(dirname(target), root);
    try {
      return await moveIfAbsent(files, target);
    } catch (error) {
      // A removal has just taken the parent along; after the next try we find its tombstone.
      if (errorCode(error) !== "ENOENT" || attempt === 3 || !(await ifPresent(lstat(files)))) throw error;
    }
  }
}
