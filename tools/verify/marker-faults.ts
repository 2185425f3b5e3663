import { markerName } from "#providers/local-catalog/layout";
import type { GroupFiles } from "#providers/seal/group-files";
import type { Statement } from "#providers/seal/open-statement";
import { parseDocument } from "#providers/seal/parse-document";
import { FaultList, type SealFault } from "#providers/seal/seal-fault";
import { z } from "zod";

const file = z.object({ name: z.string(), sha256: z.string(), bytes: z.number() });
const schema = z.looseObject({ image: z.string(), version: z.string(), format: z.string(), key: z.string(), artifact: file, documents: z.array(file) });

/**
 * What a catalog's own marker says otherwise than the seal. The marker is not sealed: when and for which site a format was
 * published is only the catalog's word.
 */
export async function markerFaults(files: GroupFiles, statement: Statement, known: readonly SealFault[]): Promise<SealFault[]> {
  const list = new FaultList(files.place, statement.id, statement.group);
  const bytes = await list.attempt(markerName, () => files.bytes(markerName));
  const parsed = bytes && parseDocument(bytes, schema);
  if (parsed && "problem" in parsed) list.add(markerName, "altered", parsed.problem);
  if (!parsed || "problem" in parsed) return list.faults;
  const { image, version, format, key, artifact, documents } = parsed.value;
  const said: Record<string, [string, string | undefined]> = {
    image: [image, statement.id.image], version: [version, statement.id.version], format: [`formats/${format}`, statement.group],
    key: [key, statement.key], [artifact.name]: [artifact.sha256, statement.files.get(artifact.name)],
  };
  for (const { name, sha256 } of documents) {
    if (!known.some((fault) => fault.file === name)) said[name] = [sha256, (await list.attempt(name, () => files.digest(name)))?.sha256];
  }
  for (const [name, [value, right]] of Object.entries(said)) {
    if (value !== right) list.add(markerName, "altered", `it says ${value} of ${name}, which is ${right ?? "not there"}`);
  }
  return list.faults;
}
