import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { ensureToolchain } from "../../tools/setup/ensure-toolchain.ts";
import { installStandInPlugins, type StandIn } from "./install.ts";

/** A stack whose program a test writes, on a real engine that knows one stand-in. */
export interface TinyStack {
  /** Writes the program, an ES module, and runs `pulumi <command>`. */
  run(command: string, program: string): Promise<{ readonly exitCode: number | undefined; readonly text: string }>;
  outputs(): Promise<Record<string, unknown>>;
  /** Forgets all resources, which stay where they are. */
  forget(): Promise<void>;
  remove(): Promise<void>;
}

/** @param env variables for plugin and program besides those that all of them get. */
export async function tinyStack(standIn: StandIn, env: Readonly<Record<string, string>>): Promise<TinyStack> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-tiny-"));
  const toolchain = await ensureToolchain({ log: () => {} });
  const home = join(dir, "pulumi-home");
  await installStandInPlugins(home, [standIn]);
  await mkdir(join(dir, "state"));
  await symlink(join(process.cwd(), "node_modules"), join(dir, "node_modules"));
  await writeFile(join(dir, "package.json"), JSON.stringify({ name: "tiny", type: "module", main: "index.js" }));
  await writeFile(join(dir, "Pulumi.yaml"), "name: tiny\nruntime: { name: nodejs, options: { typescript: false } }\n");
  const options = { cwd: dir, env: { ...process.env, ...toolchain.env, ...env, PULUMI_HOME: home, PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href, PULUMI_CONFIG_PASSPHRASE: "" }, reject: false, all: true, stdin: "ignore" } as const;
  const pulumi = async (...args: string[]): Promise<{ exitCode: number | undefined; text: string }> => {
    const result = await execa("pulumi", [...args, "--non-interactive", "--stack", "test"], options);
    return { exitCode: result.exitCode, text: result.all };
  };
  await execa("pulumi", ["stack", "init", "test", "--non-interactive"], options);
  return {
    async run(command, program) {
      await writeFile(join(dir, "index.js"), program);
      const more = { up: ["--yes", "--skip-preview"], preview: [], refresh: ["--yes", "--skip-preview"], destroy: ["--yes", "--skip-preview"] }[command] ?? [];
      return pulumi(command, ...more, ...(command === "up" || command === "preview" ? ["--diff"] : []));
    },
    outputs: async () => JSON.parse((await execa("pulumi", ["stack", "output", "--json", "--stack", "test"], options)).stdout) as Record<string, unknown>,
    async forget() {
      await execa("pulumi", ["stack", "rm", "test", "--force", "--yes", "--preserve-config"], options);
      await execa("pulumi", ["stack", "init", "test", "--non-interactive"], options);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
