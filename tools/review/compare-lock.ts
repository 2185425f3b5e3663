import { resolve } from "node:path";
import { changedInputs } from "#model/build-key";
import { ConfigError } from "#model/config/config-error";
import type { FleetConfig } from "#model/config/types";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { projectDir } from "#providers/shared/project";
import { lockedImages, lockPath, readLock, type LockedImages } from "./lock-file.ts";
import type { KeyChange } from "./review.ts";

/** The keys that a stack's images have now; a stack that never builds has none. @throws ConfigError for faults of templates and settings. */
export async function currentKeys(config: FleetConfig): Promise<LockedImages> {
  if (config.build === "never") return {};
  const { recipes, faults } = await loadRecipes(config, new TemplateTree(resolve(projectDir(), config.templates)));
  if (faults.length > 0) throw new ConfigError(faults);
  return lockedImages(recipes);
}

/** Images whose key is not what was reviewed; none where the stack has locked none. */
export async function keyChanges(stack: string, configFile: string, config: FleetConfig): Promise<KeyChange[]> {
  const locked = (await readLock(lockPath(configFile)))?.stacks[stack];
  return locked ? compareKeys(locked, await currentKeys(config)) : [];
}

export function compareKeys(locked: LockedImages, now: LockedImages): KeyChange[] {
  const images = [...new Set([...Object.keys(locked), ...Object.keys(now)])].sort();
  return images.filter((image) => locked[image]?.key !== now[image]?.key).map((image) => {
    const [was, is] = [locked[image], now[image]];
    return { image, ...(was && { locked: was.key }), ...(is && { now: is.key }), inputs: because(was, is) };
  });
}

/** A key may change without its inputs where what it means does. */
function because(was: LockedImages[string] | undefined, is: LockedImages[string] | undefined): string[] {
  if (!was) return ["not locked yet"];
  if (!is) return ["no longer built"];
  const changed = changedInputs(was.inputs, is.inputs);
  return changed.length > 0 ? changed : ["the key is computed otherwise"];
}

/** For a terminal: a line for each image. */
export function keyChangeLines(stack: string, changes: readonly KeyChange[]): string[] {
  if (changes.length === 0) return [];
  const short = (key: string | undefined) => key?.slice(0, 12) ?? "none";
  return [
    `the build keys of ${stack} are not those of fleet.lock.json:`,
    ...changes.map(({ image, locked, now, inputs }) => `  ${image}: ${short(locked)} -> ${short(now)}: ${inputs.join("; ")}`),
    `  what to do: npm run lock -- --stack ${stack}, and commit fleet.lock.json with the change`,
  ];
}
