import { baseEnvironment, exec } from "#providers/shared/exec";

/** Versions of the tools that really run a build, as they say themselves; an empty string where one does not say. */
export async function toolVersions(): Promise<Record<string, string>> {
  const [packer, plugin, qemu] = await Promise.all([
    firstMatch("packer", ["version"], /v(\d+\.\d+\.\d+)/),
    firstMatch("packer", ["plugins", "installed"], /packer-plugin-qemu_v(\d+\.\d+\.\d+)/),
    firstMatch("qemu-system-x86_64", ["--version"], /version (\d+\.\d+\.\d+)/),
  ]);
  return { packer, "packer-plugin-qemu": plugin, qemu };
}

async function firstMatch(file: string, args: string[], pattern: RegExp): Promise<string> {
  const result = await exec(file, args, { env: packerEnvironment(), timeoutMs: 20_000 });
  return pattern.exec(result.stdout)?.[1] ?? "";
}

/** Environment of every Packer process: where its plugins are, nothing sent home. */
export function packerEnvironment(): Record<string, string | undefined> {
  const { PACKER_PLUGIN_PATH, PACKER_CONFIG_DIR } = process.env;
  return { ...baseEnvironment(), PACKER_PLUGIN_PATH, PACKER_CONFIG_DIR, CHECKPOINT_DISABLE: "1" };
}
