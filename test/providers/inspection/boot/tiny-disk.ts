import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "#model/config/parse-config";
import { loadRecipes } from "#providers/packer-build/recipe";
import { prepareSource } from "#providers/packer-build/sources/prepare-source";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { cacheDir, workDir } from "#providers/shared/project";

/** Path of the tiny OS's disk as its builds start from it: made in seconds, or taken from their cache. Not to be written. */
export async function tinyDisk(): Promise<string> {
  const config = parseConfig({ images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: [] } } });
  const { recipes } = await loadRecipes(config, new TemplateTree(join(process.cwd(), "packer")));
  const work = await mkdtemp(join(tmpdir(), "imagefleet-tiny-"));
  try {
    const source = await prepareSource({
      image: "tiny", source: recipes.get("tiny")!.source!, cacheDir: cacheDir(), workDir: work, recipeScript: join(process.cwd(), "packer/bootstrap/tiny.sh"),
      registry: { workDir: workDir(), purpose: "prepare the source of tiny" }, progress: () => {}, signal: new AbortController().signal,
    });
    return source.path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
