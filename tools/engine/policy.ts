import { existsSync } from "node:fs";
import { join } from "node:path";

/** Where a project keeps its policy pack, relative to itself. */
const pack = "policy";

/**
 * The engine's arguments for the project's policy pack, with its settings for this stack (`config.<stack>.json`, else `config.json`);
 * none where the project has no pack. Pulumi.yaml says how the engine starts it.
 */
export function policyArguments(stack: string, project = "."): string[] {
  if (!existsSync(join(project, pack, "PulumiPolicy.yaml"))) return [];
  const settings = [`config.${stack}.json`, "config.json"].map((name) => join(pack, name)).find((file) => existsSync(join(project, file)));
  return ["--policy-pack", pack, ...(settings === undefined ? [] : ["--policy-pack-config", settings])];
}
