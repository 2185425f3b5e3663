import { readFile } from "node:fs/promises";
import { releaseName } from "#model/release";
import type { GroupRecord, ReleaseId } from "#model/release";
import { z } from "zod";
import { ifPresent, StoreError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { isPlainName } from "./names.ts";
import type { GroupName } from "./store.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const artifact = z.object({ name: z.string().refine(isPlainName), sha256, bytes: z.int().nonnegative() });
const groupRecord = z.object({ schemaVersion: z.literal(1), image: z.string(), version: z.string(), artifacts: z.array(artifact) });
/** Only what the store and its readers rely on; a record may say more. */
const buildRecord = groupRecord.extend({ key: sha256, disk: z.object({ name: z.string(), sha256, bytes: z.int(), virtualBytes: z.int() }) });

/** Reads a group's record; `undefined` when there is none, a `StoreError` with a fault when it is no record. */
export async function readRecord<R extends GroupRecord>(layout: Layout, id: ReleaseId, group: GroupName): Promise<R | undefined> {
  const path = layout.record(id, group);
  const text = await ifPresent(readFile(path, "utf8"));
  if (text === undefined) return undefined;
  const problem = problemOf(text, id, group);
  if (problem === undefined) return JSON.parse(text) as R;
  const file = path.slice(layout.group(id, group).length + 1);
  throw new StoreError(
    {
      action: `read the record of ${releaseName(id)}, group ${group}`,
      place: path,
      cause: problem,
      hint: `npm run store -- verify ${releaseName(id)}`,
    },
    { faults: [{ image: id.image, version: id.version, group, file, problem: "unreadable record" }] },
  );
}

/** What makes a record unfit to be stored or read, if anything does. */
export function problemOf(text: string, id: ReleaseId, group: GroupName): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const result = (group === "build" ? buildRecord : groupRecord).safeParse(value);
  if (!result.success) return `it is not a record: ${z.prettifyError(result.error).replaceAll("\n", "; ")}`;
  const { image, version } = result.data;
  return image === id.image && version === id.version ? undefined : `it is the record of ${releaseName({ image, version })}`;
}
