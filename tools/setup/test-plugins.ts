import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readlink, rename, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FleetError } from "#model/errors";
import { findCommand } from "./find-command.ts";
import { goBuild } from "./go-build.ts";
import { findBuild, goNeeded, openstackPluginTool, schemaFile, vcsimTool, vspherePluginTool, type GoTool } from "./go-tools.ts";
import { probeVersion } from "./version-probe.ts";

/** Paths of the programs that stand for a private cloud's side in tests and the demo. */
export interface TestPlugins {
  /** Provider plugin `openstack`. */
  readonly openstack: string;
  /** Provider plugin `vsphere`. */
  readonly vsphere: string;
  /** A simulated vCenter. */
  readonly vcsim: string;
}

const tools = { openstack: openstackPluginTool, vsphere: vspherePluginTool, vcsim: vcsimTool } as const;

/**
 * Finds the programs in the cache and builds what is missing, one after another: a compile takes every core.
 * @throws FleetError when something must be built and Go is not there, or its build fails.
 */
export async function ensureTestPlugins({ log }: { log: (line: string) => void }): Promise<TestPlugins> {
  const path = findCommand("go");
  const version = path && (await probeVersion(path, ["version"]));
  const programs: string[] = [];
  for (const tool of Object.values(tools)) {
    const dir = findBuild(tool, version) ?? (await goBuild(tool, { go: path && version ? { path, version } : noGo(tool), log }));
    programs.push(join(dir, "bin", tool.name));
  }
  const [openstack = "", vsphere = "", vcsim = ""] = programs;
  return { openstack, vsphere, vcsim };
}

function noGo(tool: GoTool): never {
  throw new FleetError({
    action: `build ${tool.name}`,
    cause: "Go is not on PATH, and tests of private clouds need this program",
    hint: `install Go ${goNeeded(tool)} or later (https://go.dev/dl) and put its bin directory on PATH`,
  });
}

/** The version under which a plugin is asked for: its schema's, which its npm package has too. */
export function pluginVersion(plugin: "openstack" | "vsphere"): string {
  const { version } = JSON.parse(readFileSync(schemaFile(tools[plugin]), "utf8")) as { version: string };
  return version;
}

/**
 * Puts the plugins where the engine looks for installed ones, as links to the cache; what is there already stays. The
 * engine then neither downloads them nor warns, as it does of those that it finds on PATH.
 * @param pulumiHome the PULUMI_HOME of the engine that is to use them; it may not exist yet.
 */
export async function installPlugins(pulumiHome: string, plugins: Pick<TestPlugins, "openstack" | "vsphere">): Promise<void> {
  for (const plugin of ["openstack", "vsphere"] as const) {
    await link(plugins[plugin], join(pulumiHome, "plugins", `resource-${plugin}-v${pluginVersion(plugin)}`, tools[plugin].name));
  }
}

async function link(target: string, path: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === target) return;
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${randomUUID()}`;
  await symlink(target, fresh);
  await rename(fresh, path); // in one step: an engine may be starting just now
}
