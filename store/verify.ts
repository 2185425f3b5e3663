import { lstat } from "node:fs/promises";
import { releaseName } from "#model/release";
import type { Artifact, GroupRecord, ReleaseId } from "#model/release";
import { groupsOf } from "./catalog.ts";
import type { StoreContext } from "./context.ts";
import { ifPresent, StoreError } from "./errors.ts";
import { groupPlace } from "./names.ts";
import { readRecord } from "./record.ts";
import type { Fault, GroupName } from "./store.ts";

/** Compares every file of a release with the records. */
export async function verifyRelease(context: StoreContext, id: ReleaseId, deep: boolean): Promise<Fault[]> {
  const groups = await groupsOf(context.layout, id);
  const all: GroupName[] = groups.includes("build") ? groups : ["build", ...groups];
  const faults: Fault[] = [];
  for (const group of all) faults.push(...(await verifyGroup(context, id, group, deep)));
  return faults;
}

/** Path of an artifact whose bytes are what its record says. */
export async function openArtifact(context: StoreContext, id: ReleaseId, group: GroupName, name: string): Promise<string> {
  const { layout } = context;
  const action = `open ${name} of ${releaseName(id)}, group ${group}`;
  const record = (await groupsOf(layout, id)).includes(group) ? await readRecord(layout, id, group) : undefined;
  const artifact = record?.artifacts.find((candidate) => candidate.name === name);
  if (!artifact) {
    const cause = record ? `its record lists no such artifact, only ${record.artifacts.map((each) => each.name).join(", ")}` : "the store has no such group";
    throw new StoreError({ action, place: layout.root, cause, hint: `npm run store -- show ${releaseName(id)}` });
  }
  const path = layout.artifact(id, group, name);
  const fault = await checkArtifact(context, id, group, artifact, false);
  if (!fault) return path;
  throw new StoreError(
    {
      action,
      place: path,
      cause: `the file is ${fault.problem}: expected ${fault.expected}, found ${fault.found}`,
      hint: `put the right file back, or set the release aside and build it again: npm run store -- verify --quarantine ${releaseName(id)}; npm run up`,
    },
    { faults: [fault] },
  );
}

/** Compares every file of a group with its record. */
export async function verifyGroup(context: StoreContext, id: ReleaseId, group: GroupName, deep: boolean): Promise<Fault[]> {
  const file = groupPlace(group).recordFile;
  let record: GroupRecord | undefined;
  try {
    record = await readRecord(context.layout, id, group);
  } catch (error) {
    return [{ ...named(id), group, file, problem: "unreadable record", found: error instanceof StoreError ? error.fault.cause : String(error) }];
  }
  if (!record) return [{ ...named(id), group, file, problem: "missing" }];
  const checked = await Promise.all(record.artifacts.map((artifact) => checkArtifact(context, id, group, artifact, deep)));
  return checked.filter((fault) => fault !== undefined);
}

async function checkArtifact({ layout, verified }: StoreContext, id: ReleaseId, group: GroupName, artifact: Artifact, deep: boolean): Promise<Fault | undefined> {
  const { name: file, bytes, sha256 } = artifact;
  const fault = (problem: Fault["problem"], expected: string, found: string): Fault => ({ ...named(id), group, file, problem, expected, found });
  const path = layout.artifact(id, group, file);
  const stats = await ifPresent(lstat(path));
  if (!stats) return fault("missing", `${bytes} bytes`, "no file");
  if (!stats.isFile()) return fault("altered", "a file", "something else");
  if (stats.size !== bytes) return fault(stats.size < bytes ? "truncated" : "altered", `${bytes} bytes`, `${stats.size} bytes`);
  try {
    const found = await verified.digest(path, deep);
    return found.sha256 === sha256 ? undefined : fault("altered", `SHA-256 ${sha256}`, found.sha256);
  } catch (error) {
    return fault("altered", `SHA-256 ${sha256}`, `a file that cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function named({ image, version }: ReleaseId): ReleaseId {
  return { image, version };
}
