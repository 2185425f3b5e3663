import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes what a killed run left half-written beside the states of a file backend. The engine keeps the type of each file in another one,
 * `.attrs`, which it does not write in one step: an empty one makes the stack unreadable, while none at all is fine.
 * @param backend The backend's `.pulumi`. @returns a line for each
 */
export async function mendBackend(backend: string): Promise<string[]> {
  const dir = join(backend, "stacks", "imagefleet");
  const removed: string[] = [];
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.endsWith(".attrs") || isJson(await readFile(join(dir, name), "utf8").catch(() => "{}"))) continue;
    await rm(join(dir, name), { force: true });
    removed.push(`removed ${name}, which a killed run had left half-written`);
  }
  return removed;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
