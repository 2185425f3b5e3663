import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { BuildInputs } from "#model/build-key";
import { FleetError } from "#model/errors";
import { versionPrefix } from "#model/version";
import type { Recipe } from "#providers/packer-build/recipe";

/** Build keys that were reviewed, by stack and image: `fleet.lock.json` beside the stack files, under version control. */
export const lockName = "fleet.lock.json";

const digits = 12;
const lockedImage = z.object({ version: z.string(), key: z.string(), inputs: z.record(z.string(), z.string()) });
const schema = z.object({ schemaVersion: z.literal(1), stacks: z.record(z.string(), z.record(z.string(), lockedImage)) });

/** `version` is what its releases' versions begin with; of each input's digest the first 12 digits are enough to see that it changed. */
export type LockedImage = z.infer<typeof lockedImage>;
export type LockedImages = Readonly<Record<string, LockedImage>>;

export interface LockFile {
  readonly schemaVersion: 1;
  readonly stacks: Readonly<Record<string, LockedImages>>;
}

/** @param configFile A stack file: the lock is beside it. */
export function lockPath(configFile: string): string {
  return join(dirname(configFile), lockName);
}

/** @returns undefined where there is none: then nothing is checked. @throws FleetError for one that cannot be read. */
export async function readLock(path: string): Promise<LockFile | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new FleetError({ action: "read the locked build keys", place: path, cause: "it is not what `npm run lock` writes", hint: "resolve what a merge left in it, or delete it and run npm run lock" });
}

/** Sorted throughout, an input a line, so that two changes merge, and a reviewer sees what changed. */
export async function writeLock(path: string, { stacks }: LockFile): Promise<void> {
  const sorted = mapValues(stacks, (images) => mapValues(images, ({ version, key, inputs }) => ({ version, key, inputs: mapValues(inputs, (digest) => digest) })));
  await writeFile(`${path}.new`, `${JSON.stringify({ schemaVersion: 1, stacks: sorted }, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** What is locked of the recipes of a stack. */
export function lockedImages(recipes: ReadonlyMap<string, Recipe>): LockedImages {
  return Object.fromEntries([...recipes].map(([name, { image, key, inputs }]) => [name, { version: versionPrefix(image.epoch), key, inputs: shortened(inputs) }]));
}

function shortened(inputs: BuildInputs): Record<string, string> {
  return mapValues(inputs, (digest) => digest.slice(0, digits));
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.keys(record).sort().map((key) => [key, change(record[key]!)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
