import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findCommand, findCommands } from "./find-command.ts";
import { findBuild, languageHostTool, packerTool, pinnedVersion, pulumiTool, qemuPluginTool, toolsDir, type GoTool } from "./go-tools.ts";
import { missingPackages } from "./system-packages.ts";
import { probeVersion } from "./version-probe.ts";
import type { VersionRange } from "./version-range.ts";
import { fits } from "./version-range.ts";

/** Versions found on PATH that are used as they are. Packer's is also in packer/plugins.pkr.hcl. */
export const ranges = {
  pulumi: { from: "3.259.0", below: "4.0.0" },
  packer: { from: "1.12.0", below: "1.13.0" },
} as const satisfies Record<string, VersionRange>;

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** `npm`: from node_modules; `built`: by us, from a pinned Go module; `PATH`: the user's own; `system`: a package. */
  readonly source: "PATH" | "built" | "system" | "npm";
  readonly path: string;
}

/** What is there and what is missing, found without changing anything. */
export interface Survey {
  readonly tools: readonly Tool[];
  readonly missingPackages: readonly string[];
  /** In the order in which they have to be built. */
  readonly missingBuilds: readonly GoTool[];
  readonly go?: { readonly path: string; readonly version: string };
}

export async function survey(options: { packer: boolean }): Promise<Survey> {
  const goPath = findCommand("go");
  const goVersion = goPath && (await probeVersion(goPath, ["version"]));
  const go = goPath && goVersion ? { path: goPath, version: goVersion } : undefined;
  const node: Tool = { name: "node", version: process.versions.node, source: "npm", path: process.execPath };
  const groups = [await engine(go?.version), ...(options.packer ? [await packer(go?.version), plugin(go?.version), await system()] : [])];
  const tools = [node, ...groups.flatMap((group) => group.tools)];
  return {
    tools: go ? [...tools, { name: "go", version: go.version, source: "PATH", path: go.path }] : tools,
    missingPackages: options.packer ? missingPackages() : [],
    missingBuilds: groups.flatMap((group) => group.missing),
    ...(go && { go }),
  };
}

interface Found {
  readonly tools: Tool[];
  readonly missing: GoTool[];
}

/** A published Pulumi brings its own language host; ours goes with ours only. */
async function engine(goVersion: string | undefined): Promise<Found> {
  const host = (dir: string) => ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"].every((name) => findCommands(name, `${dir}${delimiter}${userPath()}`).length > 0);
  for (const path of findCommands("pulumi", userPath())) {
    const version = await probeVersion(path, ["version"]);
    if (version && fits(version, ranges.pulumi) && host(dirname(path))) return { tools: [{ name: "pulumi", version, source: "PATH", path }], missing: [] };
  }
  return built([pulumiTool, languageHostTool], goVersion);
}

async function packer(goVersion: string | undefined): Promise<Found> {
  for (const path of findCommands("packer", userPath())) {
    const version = await probeVersion(path, ["version"]);
    if (version && fits(version, ranges.packer)) return { tools: [{ name: "packer", version, source: "PATH", path }], missing: [] };
  }
  return built([packerTool], goVersion);
}

function plugin(goVersion: string | undefined): Found {
  const version = pinnedVersion(qemuPluginTool);
  const path = installedPlugin(version);
  return path ? { tools: [{ name: qemuPluginTool.name, version, source: "PATH", path }], missing: [] } : built([qemuPluginTool], goVersion);
}

/** A plugin that the user installed, where Packer itself looks for it. */
function installedPlugin(version: string): string | undefined {
  const own = process.env["PACKER_PLUGIN_PATH"];
  const config = process.env["PACKER_CONFIG_DIR"] ?? homedir();
  const xdg = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  const places = own && !own.startsWith(toolsDir()) ? [own] : [join(config, ".packer.d", "plugins"), join(xdg, "packer", "plugins")];
  for (const place of places) {
    const dir = join(place, "github.com", "hashicorp", "qemu");
    const file = list(dir).find((name) => name.startsWith(`packer-plugin-qemu_v${version}_x5.`) && !name.endsWith("_SHA256SUM"));
    if (file) return join(dir, file);
  }
  return undefined;
}

function built(wanted: readonly GoTool[], goVersion: string | undefined): Found {
  const found = wanted.map((tool) => ({ tool, dir: findBuild(tool, goVersion) }));
  return {
    tools: found.flatMap(({ tool, dir }) => (dir ? [{ name: tool.name, version: pinnedVersion(tool), source: "built" as const, path: join(dir, "bin", tool.name) }] : [])),
    missing: found.flatMap(({ tool, dir }) => (dir ? [] : [tool])),
  };
}

const systemTools: readonly [name: string, command: string, ...args: string[]][] = [
  ["qemu", "qemu-system-x86_64", "--version"],
  ["qemu-img", "qemu-img", "--version"],
  ["mmdebstrap", "mmdebstrap", "--version"],
  ["xorriso", "xorriso", "-version"],
];

async function system(): Promise<Found> {
  const tools = await Promise.all(systemTools.map(async ([name, command, ...args]): Promise<Tool[]> => {
    const path = findCommand(command);
    return path ? [{ name, version: (await probeVersion(path, args)) ?? "unknown", source: "system", path }] : [];
  }));
  return { tools: tools.flat(), missing: [] };
}

/** The user's PATH without what an outer run of ours put there. */
export function userPath(): string {
  return (process.env["PATH"] ?? "").split(delimiter).filter((dir) => !dir.startsWith(toolsDir())).join(delimiter);
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
