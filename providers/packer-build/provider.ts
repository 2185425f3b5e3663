import type { dynamic } from "@pulumi/pulumi";
import { resolve } from "node:path";
import { FleetError } from "#model/errors";
import { releaseName, type BuildRecord } from "#model/release";
import type { Store } from "#store/store";
import { buildRelease, lostRace, memoryOf } from "#providers/packer-build/build-release";
import { loadRecipes, type Recipe } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { admitted } from "#providers/shared/admission";
import { configuredStore, configureStore } from "#providers/shared/configured-store";
import { stopBuildsWithEngine } from "#providers/shared/engine-watch";
import { projectDir } from "#providers/shared/project";
import { configOfProvider } from "#providers/shared/stack-config";
import { sweepOnce } from "#providers/shared/sweep-once";

export interface PackerBuildInputs {
  readonly image: string;
  readonly version: string;
  readonly key: string;
}

export interface PackerBuildOutputs extends PackerBuildInputs {
  readonly sha256: string;
  readonly bytes: number;
  readonly virtualBytes: number;
  readonly os?: BuildRecord["os"];
  /** What a refresh found wrong with the stored files. */
  readonly damage?: string;
}

let request: dynamic.ConfigureRequest | undefined;

/** The verbs of PackerBuild. `check` and `diff` look at nothing outside; the store is append-only, so there is no update. */
export const provider = {
  configure(configure: dynamic.ConfigureRequest): void {
    request = configure;
    configureStore(configure.config);
  },

  async diff(_id: string, olds: PackerBuildOutputs, news: PackerBuildInputs): Promise<dynamic.DiffResult> {
    const replaces = (["image", "version", "key"] as const).filter((name) => olds[name] !== news[name]);
    return { changes: replaces.length > 0, replaces };
  },

  async create(inputs: PackerBuildInputs): Promise<dynamic.CreateResult<PackerBuildOutputs>> {
    const store = configuredStore();
    const found = await store.record(inputs, "build");
    if (found && found.key !== inputs.key) throw lostRace(inputs, store);
    return { id: releaseName(inputs), outs: outputs(found ?? (await build(inputs, store))) };
  },

  async read(id: string, props: PackerBuildOutputs): Promise<dynamic.ReadResult<PackerBuildOutputs>> {
    const store = configuredStore();
    const record = await store.record(props, "build");
    if (!record) return { id: "", props };
    const faults = await store.verify(props, { deep: process.env["IMAGEFLEET_DEEP"] === "1", group: "build" });
    const damage = faults.map(({ file, problem }) => `${file} ${problem}`).join(", ");
    return { id, props: { ...outputs(record), ...(damage ? { damage } : {}) } };
  },
};

async function build(inputs: PackerBuildInputs, store: Store): Promise<BuildRecord> {
  const signal = stopBuildsWithEngine();
  await sweepOnce(store);
  const recipe = await currentRecipe(inputs);
  const { image } = inputs;
  const want = { cpus: recipe.image.resources.cpus, memoryMiB: memoryOf(recipe) };
  const debug = (process.env["IMAGEFLEET_DEBUG"] ?? "").split(",").includes(image);
  const onWait = () => console.log(`[${image}/build] waiting for free cores and memory`);
  return admitted(want, onWait, () => buildRelease({ recipe, version: inputs.version, store, debug, signal }));
}

/** Reads the recipe anew: its bytes are what this build uses, and its key must be the one that was planned. */
async function currentRecipe({ image, version, key }: PackerBuildInputs): Promise<Recipe> {
  const config = configOfProvider(request);
  const tree = new TemplateTree(resolve(projectDir(), config.templates));
  const recipe = (await loadRecipes(config, tree)).recipes.get(image);
  if (recipe?.key === key) return recipe;
  throw new FleetError({
    action: `build ${releaseName({ image, version })}`,
    place: tree.dir,
    cause: recipe ? "a template, a script or a setting was edited since this run was planned" : "the image is no longer configured, or its templates have a fault",
    hint: "run it again: the plan is made from what is there now",
  });
}

function outputs(record: BuildRecord): PackerBuildOutputs {
  const { image, version, key, disk, os } = record;
  return { image, version, key, sha256: disk.sha256, bytes: disk.bytes, virtualBytes: disk.virtualBytes, ...(os && { os }) };
}
