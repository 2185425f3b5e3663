import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import type { FleetConfig, SiteConfig } from "#model/config/types";
import { findCommand } from "../setup/find-command.ts";

/** Published provider plugins, by the kind of the sites whose resources come from them. */
const plugins: Readonly<Partial<Record<SiteConfig["kind"], string>>> = {
  aws: "aws", azure: "azure-native", gcp: "gcp", openstack: "openstack", vsphere: "vsphere",
};

const setting = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";
const packages = join(import.meta.dirname, "../../node_modules/@pulumi");

/** Of the commands that follow a publication or a promotion. */
const forHooks = "command";

export interface PluginNeeds {
  readonly config: Pick<FleetConfig, "sites" | "hooks">;
  readonly stack: string;
  /** Of the engine. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/**
 * By itself the engine fetches the plugin of every Pulumi package in node_modules before a run, hundreds of MB for clouds that
 * nobody uses, and tries for long where there is no way out. So those that the fleet needs are installed here, and it fetches none.
 * @returns the setting for the engine's environment; where the user has set it, that stays and nothing is installed.
 * @throws FleetError where a plugin is neither here nor to be had.
 */
export async function installNeededPlugins(needs: PluginNeeds): Promise<Record<string, string>> {
  const own = needs.env[setting];
  if (own !== undefined) return { [setting]: own };
  for (const name of await neededPlugins(needs)) await install(name, needs);
  return { [setting]: "true" };
}

/** Of the sites that are configured, and of those that are not any more but that the state still has something of. */
async function neededPlugins({ config, stack, env }: PluginNeeds): Promise<string[]> {
  const configured = new Set([...Object.values(config.sites).map(({ kind }) => plugins[kind]), ...(config.hooks.length > 0 ? [forHooks] : [])]);
  const state = await stateText(stack, env);
  return [...Object.values(plugins), forHooks].filter((name) => configured.has(name) || state.includes(`"pulumi:providers:${name}"`));
}

async function stateText(stack: string, env: NodeJS.ProcessEnv): Promise<string> {
  const backend = env["PULUMI_BACKEND_URL"];
  if (backend?.startsWith("file://")) return readFile(join(fileURLToPath(backend), ".pulumi", "stacks", "imagefleet", `${stack}.json`), "utf8").catch(() => "");
  const { stdout } = await execa("pulumi", ["stack", "export", "--stack", stack], { env, extendEnv: false, reject: false });
  return stdout;
}

async function install(name: string, { env, log }: PluginNeeds): Promise<void> {
  const version = await packageVersion(name);
  const home = env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
  if (existsSync(join(home, "plugins", `resource-${name}-v${version}`)) || findCommand(`pulumi-resource-${name}`, env["PATH"])) return;
  log(`[plugins] installing ${name} ${version}, once`);
  const result = await execa("pulumi", ["plugin", "install", "resource", name, version], { env, extendEnv: false, reject: false, all: true });
  if (result.exitCode === 0) return;
  throw new FleetError({
    action: `install the provider plugin ${name} ${version}`,
    place: join(home, "plugins"),
    cause: result.all.trim(),
    hint: `where there is no way out, fetch pulumi-resource-${name}-v${version}-<os>-<arch>.tar.gz elsewhere, then: pulumi plugin install resource ${name} ${version} --file <it>`,
  });
}

/** The program asks for the version of the package that it was written with. */
async function packageVersion(name: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packages, name, "package.json"), "utf8")) as { version: string };
  return version.replace(/^v/, "");
}
