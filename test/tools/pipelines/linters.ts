import { join } from "node:path";
import { execa } from "execa";
import { findCommand } from "../../../tools/setup/find-command.ts";
import { goBuild } from "../../../tools/setup/go-build.ts";
import { actionlintTool, findBuild } from "../../../tools/setup/go-tools.ts";
import { probeVersion } from "../../../tools/setup/version-probe.ts";
import { pythonVenv } from "../../servers/python-venv.ts";

/** Third parties that read pipelines as their owners do. */
export interface Linters {
  /** Runs one in the repository. @returns its exit code, and all it said. */
  run(program: "actionlint" | "check-jsonschema" | "hadolint" | "shellcheck" | "python", ...args: string[]): Promise<{ readonly exitCode: number | undefined; readonly text: string }>;
}

export async function linters(log: (line: string) => void): Promise<Linters> {
  const [python, actionlint] = [await pythonVenv("pipelines", join(import.meta.dirname, "requirements.txt"), log), await buildActionlint(log)];
  const env = { PATH: `${python}/bin:${process.env["PATH"]}` }; // it asks shellcheck about each `run:`
  return {
    async run(program, ...args) {
      const { exitCode, all } = await execa(program === "actionlint" ? actionlint : join(python, "bin", program), args, { env, reject: false, all: true, stdin: "ignore" });
      return { exitCode, text: all };
    },
  };
}

async function buildActionlint(log: (line: string) => void): Promise<string> {
  const path = findCommand("go");
  const version = path && (await probeVersion(path, ["version"]));
  const found = findBuild(actionlintTool, version);
  if (!found && !(path && version)) throw new Error("actionlint must be built, and Go is not on PATH");
  const dir = found ?? (await goBuild(actionlintTool, { go: { path: path!, version: version! }, log }));
  return join(dir, "bin", actionlintTool.name);
}
