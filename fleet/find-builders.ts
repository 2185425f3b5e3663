import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Builder } from "#model/builders";
import { wantedRelease } from "#model/plan";
import type { ImageNeeds } from "#model/plan-fleet";
import type { Store } from "#store/store";
import { neededFormats } from "#fleet/needed-formats";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { projectDir, storeLocation } from "#providers/shared/project";
import { parseStackFile } from "#providers/shared/stack-file";

/**
 * Who builds images that a stack lacks: the stacks whose files are beside its own and that build into the same store, with what they would do
 * now. It takes their templates, so it is asked only where something is missing; a stack whose file or templates have faults would build nothing.
 */
export async function findBuilders(needs: readonly ImageNeeds[], store: Store, own: string): Promise<Builder[]> {
  const names = (await readdir(projectDir())).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).filter((name) => name !== own);
  return (await Promise.all(names.sort().map((stack) => builds(stack, needs, store).catch(() => [])))).flat();
}

async function builds(stack: string, needs: readonly ImageNeeds[], store: Store): Promise<Builder[]> {
  const config = parseStackFile(await readFile(join(projectDir(), `Pulumi.${stack}.yaml`), "utf8"));
  if (config.build !== "allow" || resolve(storeLocation(config.store)) !== store.location) return [];
  const { recipes } = await loadRecipes(config, new TemplateTree(resolve(projectDir(), config.templates)));
  return needs.flatMap(({ image: { name }, ledger }) => {
    const [image, recipe] = [config.images[name], recipes.get(name)];
    if (!image || !recipe) return [];
    const gateSet = imageGateSet(image);
    const { version, release, reasons } = wantedRelease(image, ledger, { key: recipe.key, inputs: recipe.inputs, forced: false, gateSet });
    const formats = neededFormats(image, config).map((format) => format.name);
    return [{ stack, image: name, version, stored: release !== undefined, passed: release?.passed.includes(gateSet) ?? false, reasons, formats }];
  });
}
