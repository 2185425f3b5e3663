import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { FleetError } from "#model/errors";
import { ensureToolchain } from "../setup/ensure-toolchain.ts";
import { leftBehind } from "./left-behind.ts";
import { installNeededPlugins } from "./needed-plugins.ts";
import { recover } from "./recover.ts";
import { readStack, type Stack } from "./stack.ts";

export interface Session {
  readonly stack: Stack;
  /** Environment of every engine process of this run. */
  readonly env: NodeJS.ProcessEnv;
  /** Identifies this run in the records of its children. */
  readonly run: string;
}

/** Options that all commands of the engine share. */
export const stackOptions = {
  stack: { type: "string", default: "dev" },
  "config-file": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/**
 * `change`: a run that puts right what a killed one left, first. `preview`: nothing is put right, only said; an empty stack is made where there is
 * none to be shown. `look`: that neither, and nothing that a build takes is needed.
 */
export type Purpose = "change" | "preview" | "look";

/** Tools, configuration, backend and stack made ready. */
export async function openSession(name: string, configFile: string | undefined, purpose: Purpose): Promise<Session> {
  const stack = await readStack(name, configFile);
  const toolchain = await ensureToolchain({ packer: stack.config.build === "allow" && purpose !== "look", log: (line) => console.log(line) });
  const run = randomUUID();
  const env: NodeJS.ProcessEnv = {
    ...process.env, ...toolchain.env, ...stack.env, ...compileCache(),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_CONTINUE_ON_ERROR: "true",
    PULUMI_DEBUG_COMMANDS: "true", // for --event-log
    IMAGEFLEET_RUN: run,
  };
  if (env["PULUMI_BACKEND_URL"]?.startsWith("file://")) await mkdir(fileURLToPath(env["PULUMI_BACKEND_URL"]), { recursive: true });
  if (purpose === "change") await recover(stack, env);
  else for (const line of await leftBehind(stack, env)) console.log(`[to know] ${line}`);
  if (purpose !== "look") await selectStack(stack, env);
  const plugins = await installNeededPlugins({ config: stack.config, stack: stack.name, env, log: (line) => console.log(line) });
  return { stack, env: { ...env, ...plugins }, run };
}

/** Processes of the engine run on other flags than the tools: of a cache that they shared each would throw away what the other compiled. */
function compileCache(): NodeJS.ProcessEnv {
  const tools = process.env["NODE_COMPILE_CACHE"];
  return tools === undefined ? {} : { NODE_COMPILE_CACHE: join(tools, "engine") };
}

async function selectStack({ name }: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  const result = await execa("pulumi", ["stack", "select", "--create", name, "--non-interactive"], { env, extendEnv: false, reject: false, all: true });
  if (result.exitCode !== 0) throw new FleetError({ action: `select the stack ${name}`, place: env["PULUMI_BACKEND_URL"] ?? "the backend you are logged in to", cause: result.all.trim(), hint: "pulumi login, or set PULUMI_BACKEND_URL" });
}
