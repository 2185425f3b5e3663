import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { startOpenstack, type Openstack } from "../../test/servers/openstack/start-openstack.ts";
import { startVcsim, type Vcsim } from "../../test/servers/vcsim.ts";
import { Project } from "../../test/integration/project.ts";
import { ensureTestPlugins, installPlugins } from "../setup/test-plugins.ts";
import { privateFleet } from "./private-fleet.ts";
import { driftRound, mustRun, npmRun, say } from "./steps.ts";
import { untilInterrupted } from "./until-interrupted.ts";

interface Stage {
  readonly project: Project;
  readonly openstack: Openstack;
  readonly vcsim: Vcsim;
}

/** Converges two images on real Glance and simulated vCenters, shows what a drift run finds, repairs it, and cleans up. */
export async function privateDemo({ keep }: { readonly keep: boolean }): Promise<number> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const stage = await setUp(undo);
    const code = await play(stage);
    if (keep) await leaveRunning(stage);
    say("taking everything off the sites");
    await npmRun(stage.project, "down");
    return code;
  } finally {
    for (const step of undo.reverse()) await step();
    say("servers stopped, files removed");
  }
}

async function setUp(undo: (() => Promise<unknown>)[]): Promise<Stage> {
  say("starting Keystone, a Glance for each of two regions, and three vCenters on 127.0.0.1");
  const plugins = await ensureTestPlugins({ log: console.log });
  const openstack = await startOpenstack({ regions: ["RegionOne", "RegionTwo"], log: console.log });
  undo.push(() => openstack.stop());
  const vcsim = await startVcsim({ vcenters: ["vc-new", "vc-old", "vc-branch"].map((name) => ({ name })) });
  undo.push(() => vcsim.stop());
  const project = await Project.create({});
  undo.push(() => project.remove());
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  Object.assign(project.env, (await openstack.cloudsYaml(project.dir)).env, vcsim.env);
  const { script, config } = privateFleet(openstack, vcsim);
  await mkdir(join(project.dir, "packer/scripts"), { recursive: true });
  await writeFile(join(project.dir, "packer/scripts/hello.sh"), script);
  await project.configure(config);
  return { project, openstack, vcsim };
}

async function play(stage: Stage): Promise<number> {
  say("npm run up: builds, checks, converts, seals, and registers both images on every site");
  await mustRun(stage.project, "up");
  await lookAround(stage);
  say("meanwhile, behind our back: a property appears on an image, another is renamed, an item is deleted");
  await drift(stage);
  return (await driftRound(stage.project)) ? 0 : 1;
}

async function lookAround({ project, openstack, vcsim }: Stage): Promise<void> {
  for (const { name } of openstack.regions) {
    say(`openstack --os-cloud factory --os-region-name ${name} image list --long`);
    await execa(join(openstack.bin, "openstack"), ["--os-cloud", "factory", "--os-region-name", name, "image", "list", "--long", "-c", "Name", "-c", "Disk Format", "-c", "Size", "-c", "Status", "-c", "Visibility"], { cwd: project.dir, env: project.env, stdio: "inherit" });
  }
  for (const { name } of vcsim.vcenters) {
    say(`items of the content library on ${name}`);
    for (const item of await vcsim.items(name)) console.log(`  ${item.name}`);
  }
}

async function drift({ openstack, vcsim }: Stage): Promise<void> {
  const glance = openstack.glance("RegionOne", "factory");
  const [first, second] = await glance.list();
  await glance.patch(first!.id, [{ op: "add", path: "/changed_by", value: "hand" }]);
  await glance.patch(second!.id, [{ op: "replace", path: "/name", value: "renamed" }]);
  const [item] = await vcsim.items("vc-branch");
  await vcsim.deleteItem("vc-branch", item!.id);
}

async function leaveRunning({ project, vcsim }: Stage): Promise<void> {
  say(`all of it keeps running until Ctrl-C. In another shell, for example:
  cd ${project.dir}
  export OS_CLIENT_CONFIG_FILE=${project.dir}/clouds.yaml OS_CLIENT_SECURE_FILE=${project.dir}/secure.yaml
  openstack --os-cloud factory --os-region-name RegionOne image list
vCenters: ${vcsim.vcenters.map(({ name, server }) => `${name} https://${server}`).join(", ")}`);
  await untilInterrupted();
}
