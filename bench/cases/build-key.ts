import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "#model/config/parse-config";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { repositoryRoot } from "../../tools/setup/repository-root.ts";
import { interleaved, median, secondsOf, type BenchCase } from "../measurement.ts";

const count = 200;

/** Reading, hashing and keying an image that is made from many files. */
export const buildKey: BenchCase = {
  name: "build-key",
  async measure({ log }) {
    const dir = await mkdtemp(join(tmpdir(), "imagefleet-bench-"));
    try {
      const scripts = Array.from({ length: count }, (_, index) => `many/script-${index}`);
      await cp(join(repositoryRoot, "packer"), dir, { recursive: true });
      await mkdir(join(dir, "scripts/many"));
      for (const name of scripts) await writeFile(join(dir, `scripts/${name}.sh`), `#!/bin/sh\n# setting: some_${name.replace(/\W/g, "_")} = 1\n${`echo ${name}\n`.repeat(200)}`);
      const config = parseConfig({ images: { many: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", scripts, sites: ["here"] } }, sites: { here: { kind: "local", path: "site" } } });
      const load = async (): Promise<void> => {
        const { recipes, faults } = await loadRecipes(config, new TemplateTree(dir));
        const inputs = Object.keys(recipes.get("many")?.inputs ?? {}).filter((name) => name.startsWith("script:"));
        if (inputs.length < count) throw new Error(`the key covers ${inputs.length} scripts: ${JSON.stringify(faults)}`);
      };
      await load();
      const { key } = await interleaved({ key: async () => (await secondsOf(load)) * 1000 }, { runs: 15, log }, "ms");
      return { name: "build-key", what: `Build key of an image with ${count} scripts`, unit: "ms", value: median(key!), samples: key! };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};
