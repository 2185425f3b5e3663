import { delimiter, dirname, join } from "node:path";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { goBuild } from "./go-build.ts";
import { engineDir } from "./engine-dir.ts";
import { goNeeded, languageHostTool, packerTool, pulumiTool, qemuPluginTool, toolsDir, type GoTool } from "./go-tools.ts";
import { withLock } from "./lock.ts";
import { survey, userPath, type Survey, type Tool } from "./survey.ts";
import { installCommand, installPackages, missingPackages, privilege } from "./system-packages.ts";

export type { Tool } from "./survey.ts";

/** The tools, ready to run. */
export interface Toolchain {
  /** What a child needs on top of the process's environment: PATH (whole), PACKER_PLUGIN_PATH and the like. */
  readonly env: Readonly<Record<string, string>>;
  readonly tools: readonly Tool[];
}

export interface ToolchainOptions {
  /** Packer, its plugin and the system packages that builds need. Default true. */
  readonly packer?: boolean;
  /** Takes progress lines, at most one in some seconds. Nothing is said when all is there. */
  readonly log: (line: string) => void;
}

/**
 * Finds the engine, Packer and the system's tools, and installs or builds what is missing.
 * @throws FleetError before anything was changed, if something is missing that we can neither install nor build.
 */
export async function ensureToolchain({ packer = true, log }: ToolchainOptions): Promise<Toolchain> {
  let state = await survey({ packer });
  if (state.missingPackages.length + state.missingBuilds.length > 0) {
    await supply(state, log);
    state = await survey({ packer });
  }
  return { env: await environment(state.tools), tools: state.tools };
}

async function supply(state: Survey, log: (line: string) => void): Promise<void> {
  const prefix = state.missingPackages.length > 0 ? await privilege() : [];
  refuse(state, prefix !== undefined);
  if (state.missingPackages.length > 0 && prefix) {
    await withLock(join(toolsDir(), ".apt.lock"), () => log("[setup/apt] another set-up is installing packages; waiting"), async () => {
      const names = missingPackages();
      if (names.length > 0) await installPackages(names, prefix, log);
    });
  }
  for (const tool of state.missingBuilds) {
    if (state.go) await goBuild(tool, { go: state.go, log, finish: (dir) => finish(tool, dir) });
  }
}

/** Says all at once what only the user can do, before anything is half done. */
function refuse({ missingPackages: names, missingBuilds, go }: Survey, mayInstall: boolean): void {
  const causes: string[] = [];
  const hints: string[] = [];
  if (names.length > 0 && !mayInstall) {
    causes.push(`these packages are missing and neither root nor password-less sudo is at hand: ${names.join(" ")}`);
    hints.push(installCommand(names));
  }
  if (missingBuilds.length > 0 && !go) {
    const oldest = missingBuilds.map(goNeeded).sort(byNumbers).at(-1);
    causes.push(`Go is not on PATH, and ${missingBuilds.map(({ name }) => name).join(", ")} must be built`);
    hints.push(`install Go ${oldest} or later (https://go.dev/dl) and put its bin directory on PATH, or put pulumi and packer in fitting versions on PATH (\`npm run doctor\` lists them)`);
  }
  if (causes.length > 0) throw new FleetError({ action: "set up the toolchain", cause: causes.join("; "), hint: hints.join("\n  and: ") });
}

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** Packer takes a plugin only from a folder laid out by `packer plugins install`, with a checksum beside it. */
async function finish(tool: GoTool, dir: string): Promise<void> {
  if (tool !== qemuPluginTool) return;
  const packer = (await survey({ packer: true })).tools.find(({ name }) => name === packerTool.name);
  if (!packer) throw new FleetError({ action: `install ${tool.name}`, cause: "there is no Packer", hint: "npm run setup" });
  const { failed, all } = await execa(packer.path, ["plugins", "install", "--path", join(dir, "bin", tool.name), "github.com/hashicorp/qemu"], {
    env: { PACKER_PLUGIN_PATH: join(dir, "plugins"), CHECKPOINT_DISABLE: "1" }, reject: false, all: true, stdin: "ignore",
  });
  if (failed) throw new FleetError({ action: `install ${tool.name}`, cause: all ?? "packer failed", hint: "npm run setup" });
}

async function environment(tools: readonly Tool[]): Promise<Record<string, string>> {
  const pathsOf = (...names: string[]) => tools.filter(({ source, name }) => source === "built" && names.includes(name)).map(({ path }) => path);
  const engine = pathsOf(pulumiTool.name, languageHostTool.name);
  const builtDirs = [...(engine.length > 0 ? [await engineDir(engine)] : []), ...pathsOf(packerTool.name).map((path) => dirname(path))];
  const path = [...new Set([dirname(process.execPath), ...builtDirs, ...userPath().split(delimiter), "/usr/sbin", "/sbin"])];
  const plugin = tools.find(({ name, source }) => name === qemuPluginTool.name && source === "built");
  return {
    PATH: path.join(delimiter),
    ...(plugin && { PACKER_PLUGIN_PATH: join(dirname(dirname(plugin.path)), "plugins") }),
    CHECKPOINT_DISABLE: "1",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
