import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Unreachable } from "#fleet/probe-sites";
import { readSteps } from "../engine/events.ts";
import { runEngine } from "../engine/run-engine.ts";
import type { Stack } from "../engine/stack.ts";
import { findings } from "./findings.ts";
import type { Drift } from "./report.ts";

/** What a look at a stack needs. */
export interface Looking {
  readonly stack: Stack;
  readonly env: NodeJS.ProcessEnv;
  readonly run: string;
  /** The engine's `--target` or `--exclude`. */
  readonly selection: readonly string[];
  readonly unreachable: readonly Unreachable[];
  /** Resources that are looked at side by side. */
  readonly parallel: string;
  /** Where the engine prints: 1, or 2 where standard output is for programs. */
  readonly output: 1 | 2;
}

/** Reads every resource of the stack where it is, and changes nothing, neither there nor in the state. */
export async function look({ stack, env, run, selection, unreachable, parallel, output }: Looking): Promise<Drift> {
  const at = new Date().toISOString();
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-drift-"));
  try {
    const log = join(dir, "events.json");
    const engine = ["refresh", "--preview-only", "--non-interactive", "--skip-pending-creates", "--suppress-outputs", "--parallel", parallel, "--stack", stack.name, "--config-file", stack.configFile, "--event-log", log, ...selection];
    const code = await runEngine(engine, env, run, output);
    return { stack: stack.name, at, complete: code === 0, findings: findings(await readSteps(log)), unreachable };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
