import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FleetConfig } from "#model/config/types";

/** Kinds of sites whose resources come from a published provider plugin of that name. */
const plugins = ["openstack", "vsphere"] as const;

/**
 * The engine fetches the plugin of every Pulumi package in node_modules before each run, used or not, and tries for long
 * where there is no way out. A fleet without such sites, and with nothing of them in its state, needs none.
 * @param backend PULUMI_BACKEND_URL; what is in a state that is not in a file is not known, so the engine may download.
 * @returns the setting for the engine's environment, if any; the user's own goes first.
 */
export async function pluginDownloads(config: Pick<FleetConfig, "sites">, stack: string, backend: string | undefined): Promise<Record<string, string>> {
  const name = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";
  const own = process.env[name];
  if (own !== undefined) return { [name]: own };
  const kinds: readonly string[] = plugins;
  if (Object.values(config.sites).some(({ kind }) => kinds.includes(kind))) return {};
  return backend?.startsWith("file://") && !(await stateNeedsPlugins(fileURLToPath(backend), stack)) ? { [name]: "true" } : {};
}

async function stateNeedsPlugins(backend: string, stack: string): Promise<boolean> {
  const text = await readFile(join(backend, ".pulumi", "stacks", "imagefleet", `${stack}.json`), "utf8").catch(() => "");
  return plugins.some((plugin) => text.includes(`"pulumi:providers:${plugin}"`));
}
