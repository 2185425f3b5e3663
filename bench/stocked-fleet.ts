import { join } from "node:path";
import { parseConfig } from "#model/config/parse-config";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { createKeyFile } from "#providers/seal/create-key-file";
import { Project } from "../test/integration/project.ts";
import { storeBuilt, storePassed, storeSealed } from "../test/store/sealed-release.ts";
import { Floor } from "./floor.ts";

const images = 10;
/** Of each image: build, inspection, format, hold, registration. */
const perImage = 5;
export const resources = images * perImage;

const release = { version: "2026.1101.1", epoch: "2026-11-01" };
const config = {
  images: Object.fromEntries(Array.from({ length: images }, (_, index) => [`image-${index}`, { os: "tiny/tiny-x86_64", epoch: release.epoch, sites: ["here"] }])),
  sites: { here: { kind: "local", path: "site" } },
};

/** A project whose releases are in its store already, converged; and beside it the least that the engine could do. */
export class StockedFleet {
  readonly project: Project;
  readonly floor: Floor;

  private constructor(project: Project, floor: Floor) {
    this.project = project;
    this.floor = floor;
  }

  static async create(): Promise<StockedFleet> {
    const project = await Project.create(config);
    await stock(project);
    const fleet = new StockedFleet(project, await Floor.create(project, images, perImage));
    await fleet.up();
    return fleet;
  }

  async up(): Promise<void> {
    const { exitCode, text } = await this.project.up();
    if (exitCode !== 0) throw new Error(`up ended with ${exitCode}:\n${text}`);
  }

  async preview(): Promise<void> {
    const { exitCode, all } = await this.project.run("preview");
    if (exitCode !== 0) throw new Error(`preview ended with ${exitCode}:\n${String(all)}`);
  }

  remove(): Promise<void> {
    return this.project.remove();
  }
}

/** Puts a release of every image into the store as a run would: built, passed and sealed. */
async function stock({ dir, store }: Project): Promise<void> {
  const { recipes, faults } = await loadRecipes(parseConfig(config), new TemplateTree(join(dir, "packer")));
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = join(dir, ".imagefleet/signing-key.asc");
  await createKeyFile(process.env["IMAGEFLEET_SIGNING_KEY_FILE"]);
  for (const { image, key, inputs } of recipes.values()) {
    const id = { image: image.name, version: release.version };
    const content = Buffer.alloc(2 ** 20, image.name);
    await storeBuilt(store, id, { key, inputs, epoch: release.epoch }, content);
    await storePassed(store, id, imageGateSet(image));
    await storeSealed(store, id, "qcow2", content);
  }
}
