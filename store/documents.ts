import { readdir, readFile, rename, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { flush, linkIfAbsent, makeDirectory, writeDurably } from "./durable.ts";
import { errorCode, ifPresent, StoreError } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { createStaging, discard } from "./staging-area.ts";

/** Reads a document; `undefined` when there is none. */
export async function readDocument<T>(layout: Layout, name: string): Promise<T | undefined> {
  const place = layout.document(name);
  const text = await ifPresent(readFile(place, "utf8"));
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new StoreError({ action: `read ${name}`, place, cause: `it is not JSON: ${(error as Error).message}`, hint: "restore the file, or remove it: the next run writes it anew where it can" });
  }
}

/** Names of the documents below a name, in order. */
export async function listDocuments(layout: Layout, below: string): Promise<string[]> {
  const entries = (await ifPresent(readdir(layout.documents(below), { recursive: true, withFileTypes: true }))) ?? [];
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".json"));
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(layout.root.length + 1, -".json".length)).sort();
}

/** Writes a document unless there is one. */
export function addDocument(layout: Layout, name: string, value: unknown): Promise<boolean> {
  return prepared(layout, name, value, linkIfAbsent);
}

/** Writes a document, or replaces it: a reader sees the former or the new one, whole. */
export async function replaceDocument(layout: Layout, name: string, value: unknown): Promise<void> {
  await prepared(layout, name, value, async (from, to) => {
    await rename(from, to);
    await flush(dirname(to));
    return true;
  });
}

/** Removes a document, if there is one. */
export async function removeDocument(layout: Layout, name: string): Promise<void> {
  try {
    await unlink(layout.document(name));
    await flush(dirname(layout.document(name)));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

async function prepared(layout: Layout, name: string, value: unknown, place: (from: string, to: string) => Promise<boolean>): Promise<boolean> {
  const to = layout.document(name);
  const staging = await createStaging(layout, `the document ${name}`);
  try {
    const from = join(staging.dir, "document.json");
    await writeDurably(from, `${JSON.stringify(value, null, 2)}\n`);
    await makeDirectory(dirname(to), layout.root);
    return await place(from, to);
  } finally {
    await discard(staging.dir);
  }
}
