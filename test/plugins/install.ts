import { randomUUID } from "node:crypto";
import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installedSdk } from "./shared/sdk-types.ts";

const standIns = ["aws", "azure-native", "command", "gcp"] as const;

export type StandIn = (typeof standIns)[number];

/**
 * Makes our stand-ins known to an engine as installed plugins, in the version that the SDK asks for: scripts that run
 * `test/plugins/<name>/plugin.ts` with the Node that runs us. What is there already is written anew.
 * @param pulumiHome the PULUMI_HOME of that engine; it may not exist yet.
 */
export async function installStandInPlugins(pulumiHome: string, names: readonly StandIn[] = standIns): Promise<void> {
  for (const name of names) {
    const dir = join(pulumiHome, "plugins", `resource-${name}-v${installedSdk(name).version}`);
    await mkdir(dir, { recursive: true });
    const fresh = join(dir, randomUUID());
    await writeFile(fresh, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, name, "plugin.ts")}' "$@"\n`);
    await chmod(fresh, 0o755);
    await rename(fresh, join(dir, `pulumi-resource-${name}`)); // in one step: an engine may be starting just now
  }
}
