import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Project } from "../test/integration/project.ts";
import { timed, type Timed } from "./cpu-time.ts";
import { replicateState } from "./replicate-state.ts";

/** The least that the engine could do: a program with as many dynamic resources, which do nothing. */
export class Floor {
  private readonly dir: string;
  private readonly env: NodeJS.ProcessEnv;

  private constructor(dir: string, env: NodeJS.ProcessEnv) {
    this.dir = dir;
    this.env = env;
  }

  /** Makes the program and brings it up. @param perGroup Resources of each of `groups` components. */
  static async create(project: Project, groups: number, perGroup: number): Promise<Floor> {
    const floor = new Floor(project.path("floor"), project.env);
    await mkdir(floor.dir);
    await symlink(project.path("node_modules"), join(floor.dir, "node_modules"));
    await writeFile(join(floor.dir, "package.json"), '{"type": "module", "main": "index.ts"}');
    await writeFile(join(floor.dir, "Pulumi.yaml"), "name: floor\nruntime: { name: nodejs, options: { typescript: false } }\n");
    await writeFile(join(floor.dir, "index.ts"), program(groups, perGroup));
    await execa("pulumi", ["stack", "init", "floor"], { cwd: floor.dir, env: floor.env, stdin: "ignore" });
    await floor.run("up", "--yes", "--skip-preview");
    return floor;
  }

  /** As many resources, of which one component's come from a real `up`, and the others are copies in the state: for runs without the program. */
  static async replicated(project: Project, resources: number): Promise<Floor> {
    const floor = await Floor.create(project, 1, 16);
    const others = Array.from({ length: Math.ceil(resources / 16) - 1 }, (_, index) => `group-${index + 1}-`);
    await replicateState((...args) => floor.run(...args), floor.dir, "group-0-", others);
    return floor;
  }

  /** A run, and what it took. */
  async timed(...args: string[]): Promise<Timed> {
    const run = await timed("pulumi", [...args, "--stack", "floor", "--non-interactive"], { cwd: this.dir, env: this.env });
    if (run.exitCode !== 0) throw new Error(run.text);
    return run;
  }

  async run(...args: string[]): Promise<void> {
    await execa("pulumi", [...args, "--stack", "floor", "--non-interactive"], { cwd: this.dir, env: this.env, all: true, stdin: "ignore" });
  }
}

function program(groups: number, perGroup: number): string {
  return `
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
  constructor(name) { super("floor:index:Group", name); for (let part = 0; part < ${perGroup}; part++) new Trivial(\`\${name}-\${part}\`, { parent: this }); this.registerOutputs({}); }
}
for (let index = 0; index < ${groups}; index++) new Group(\`group-\${index}\`);
`;
}
