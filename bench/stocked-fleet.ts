import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { parseConfig } from "#model/config/parse-config";
import { imageGateSet } from "#providers/inspection/image-gate-set";
import { loadRecipes } from "#providers/packer-build/recipe";
import { TemplateTree } from "#providers/packer-build/template-tree";
import { createKeyFile } from "#providers/seal/create-key-file";
import { Project } from "../test/integration/project.ts";
import { storeBuilt, storePassed, storeSealed } from "../test/store/sealed-release.ts";

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
  private readonly floorDir: string;

  private constructor(project: Project, floorDir: string) {
    this.project = project;
    this.floorDir = floorDir;
  }

  static async create(): Promise<StockedFleet> {
    const project = await Project.create(config);
    const fleet = new StockedFleet(project, project.path("floor"));
    await stock(project);
    await fleet.writeFloor();
    await fleet.up();
    await fleet.floor("up", "--yes", "--skip-preview");
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

  /** The engine on a program with as many dynamic resources that do nothing. */
  async floor(...args: string[]): Promise<void> {
    await execa("pulumi", [...args, "--stack", "floor", "--refresh", "--non-interactive"], { cwd: this.floorDir, env: this.project.env, all: true, stdin: "ignore" });
  }

  remove(): Promise<void> {
    return this.project.remove();
  }

  private async writeFloor(): Promise<void> {
    await mkdir(this.floorDir);
    await symlink(this.project.path("node_modules"), join(this.floorDir, "node_modules"));
    await writeFile(join(this.floorDir, "package.json"), '{"type": "module", "main": "index.ts"}');
    await writeFile(join(this.floorDir, "Pulumi.yaml"), "name: floor\nruntime: { name: nodejs, options: { typescript: false } }\n");
    await writeFile(join(this.floorDir, "index.ts"), floorProgram);
    await execa("pulumi", ["stack", "init", "floor"], { cwd: this.floorDir, env: this.project.env, stdin: "ignore" });
  }
}

const floorProgram = `
import * as pulumi from "@pulumi/pulumi";
const provider = {
  async diff() { return { changes: false }; },
  async create(inputs) { return { id: "id", outs: inputs }; },
  async read(id, props) { return { id, props }; },
};
class Trivial extends pulumi.dynamic.Resource {
  constructor(name, options) { super(provider, name, { name }, options); }
}
class Group extends pulumi.ComponentResource {
  constructor(name) { super("floor:index:Group", name); for (let part = 0; part < ${perImage}; part++) new Trivial(\`\${name}-\${part}\`, { parent: this }); this.registerOutputs({}); }
}
for (let index = 0; index < ${images}; index++) new Group(\`group-\${index}\`);
`;

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
