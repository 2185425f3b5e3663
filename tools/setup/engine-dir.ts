import { existsSync } from "node:fs";
import { link, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { toolsDir } from "./go-tools.ts";

/**
 * One directory with the engine and its language host, hard links to where each was built: the engine takes plugins that
 * lie beside it without a word, and warns of those that it finds on PATH.
 * @param programs paths of the programs; what else is in their directories comes along.
 */
export async function engineDir(programs: readonly string[]): Promise<string> {
  const sources = programs.map((path) => dirname(path));
  const name = ["engine", ...sources.map((dir) => basename(dirname(dir)).replace(/^pulumi-?/, ""))].join("-");
  const target = join(toolsDir(), name);
  if (existsSync(target)) return target;
  const dir = await mkdtemp(join(toolsDir(), ".engine-"));
  for (const source of sources) for (const file of await readdir(source)) await link(join(source, file), join(dir, file));
  try {
    await rename(dir, target);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // another set-up was first
  }
  return target;
}
