import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes what a killed run left half-written beside the states of a file backend. The engine keeps the type of each file in another one,
 * `.attrs`, which it does not write in one step: an empty one makes the stack unreadable, while none at all is fine.
 * @param stacks Directory of the states; nobody writes there. @returns a line for each
 */
export async function mendBackend(stacks: string): Promise<string[]> {
  const names = await halfWritten(stacks);
  for (const name of names) await rm(join(stacks, name), { force: true });
  return names.map((name) => `removed ${name}, which a killed run had left half-written`);
}

/** Names of such files. */
export async function halfWritten(stacks: string): Promise<string[]> {
  const names = (await readdir(stacks).catch(() => [])).filter((name) => name.endsWith(".attrs"));
  const whole = await Promise.all(names.map(async (name) => isJson(await readFile(join(stacks, name), "utf8").catch(() => "{}"))));
  return names.filter((_, index) => !whole[index]);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
