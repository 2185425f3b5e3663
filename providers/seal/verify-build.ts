import { z } from "zod";
import { sha256 } from "#model/build-key";
import type { ReleaseId } from "#model/release";
import { groupPlace } from "#store/names";
import type { GroupName } from "#store/store";
import type { GroupFiles } from "#providers/seal/group-files";
import type { Statement } from "#providers/seal/open-statement";
import { parseDocument } from "#providers/seal/parse-document";
import { FaultList, type SealFault } from "#providers/seal/seal-fault";
import { sealNames } from "#providers/seal/seal-names";

const recordFile = groupPlace("build").recordFile;
const schema = z.looseObject({ artifacts: z.array(z.object({ name: z.string(), sha256: z.string() })) });

/** The statement of a sealed group, and where it lies. */
export interface Sealed {
  readonly place: string;
  readonly group: string;
  readonly statement: Statement;
}

/**
 * Checks the group `build`, which has no seal of its own: what was sealed later, by gates and formats, binds each of its
 * files. All of them must have been made from the same build.
 * @param recordOnly leaves the disk and the logs out
 */
export async function verifyBuild(files: GroupFiles, id: ReleaseId, sealed: readonly Sealed[], recordOnly = false): Promise<SealFault[]> {
  const list = new FaultList(files.place, id, "build");
  const truth = sealed[0]?.statement.build;
  if (!sealed.some(({ group }) => group.startsWith("gates/"))) list.add(recordFile, "unsealed", "no sealed set of gates says that this build passed", { hint: "npm run up" });
  if (!truth) return [...list.faults, ...(await verifyListed(files, id, "build"))];
  const names = recordOnly ? [recordFile] : [...truth.keys()];
  await compareFiles(files, new Map(names.map((name) => [name, truth.get(name) ?? "of nothing"])), list);
  if (!recordOnly) await checkNames(files, new Set(truth.keys()), list);
  return [...list.faults, ...disagreements(id, sealed)];
}

/** Compares the files of a group that has no seal with its record. */
export async function verifyListed(files: GroupFiles, id: ReleaseId, group: GroupName): Promise<SealFault[]> {
  const list = new FaultList(files.place, id, group);
  const record = groupPlace(group).recordFile;
  const bytes = await list.attempt(record, () => files.bytes(record));
  const parsed = bytes && parseDocument(bytes, schema);
  if (!bytes && !list.has(record)) list.add(record, "missing", "the group's record is missing");
  if (parsed && "problem" in parsed) list.add(record, "altered", parsed.problem);
  if (!parsed || "problem" in parsed) return list.faults;
  const listed = new Map(parsed.value.artifacts.map(({ name, sha256: digest }) => [name, digest]));
  await compareFiles(files, listed, list);
  await checkNames(files, new Set([record, ...listed.keys()]), list);
  return list.faults;
}

async function compareFiles(files: GroupFiles, truth: ReadonlyMap<string, string>, list: FaultList): Promise<void> {
  await Promise.all([...truth].map(async ([name, expected]) => {
    const found = await list.attempt(name, async () => (name === recordFile ? digestOf(await files.bytes(name)) : (await files.digest(name))?.sha256));
    if (found !== undefined && found !== expected) list.add(name, "altered", `expected SHA-256 ${expected}, found ${found}`, { expected, found });
    else if (found === undefined && !list.has(name)) list.add(name, "missing", `expected a file with SHA-256 ${expected}`, { expected });
  }));
}

async function checkNames(files: GroupFiles, covered: ReadonlySet<string>, list: FaultList): Promise<void> {
  for (const name of (await files.names()) ?? []) {
    if (!covered.has(name)) list.add(name, "not covered", "no seal and no record speaks of this file");
  }
}

/** Groups of one release that were made from another build than the first of them. */
export function disagreements(id: ReleaseId, [first, ...others]: readonly Sealed[]): SealFault[] {
  return others.flatMap(({ place, group, statement }) => {
    const list = new FaultList(place, id, group);
    for (const [name, digest] of statement.build) {
      const other = first?.statement.build.get(name);
      if (other !== digest) list.add(sealNames.statement, "contradiction", `it was made from a build/${name} with SHA-256 ${digest}, ${first?.group} from one with ${other}`, { expected: other, found: digest });
    }
    return list.faults;
  });
}

function digestOf(bytes: Buffer | undefined): string | undefined {
  return bytes && sha256(bytes);
}
