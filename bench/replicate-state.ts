import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface State {
  readonly deployment: { readonly resources: { readonly urn: string }[] };
}

/** Runs the engine: `stack export` and `stack import`. */
type Engine = (...args: string[]) => Promise<unknown>;

/**
 * Each resource of the first thing once more for each of the others, under its name, after all that it depends on.
 * @param dir Where the state is put for a while. @returns how many resources the state has then.
 */
export async function replicateState(engine: Engine, dir: string, first: string, others: readonly string[]): Promise<number> {
  const file = join(dir, "exported.json");
  await engine("stack", "export", "--file", file);
  const state = JSON.parse(await readFile(file, "utf8")) as State;
  const { resources } = state.deployment;
  const own = JSON.stringify(resources.filter(({ urn }) => urn.includes(first)));
  for (const other of others) resources.push(...(JSON.parse(own.replaceAll(first, other)) as State["deployment"]["resources"]));
  await writeFile(file, JSON.stringify(state));
  await engine("stack", "import", "--file", file);
  await rm(file);
  return resources.length;
}
