import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { workDir } from "#providers/shared/project";
import { readEvents, type ResourceEvent } from "./events.ts";
import { runEngine } from "./run-engine.ts";

export interface Settled {
  /** Of the last run. */
  readonly code: number;
  /** What was done to each resource. */
  readonly events: readonly ResourceEvent[];
}

/**
 * Runs the engine, and once more where a provider has asked for it: it has removed something whose bytes were wrong, which
 * only another run can make again, or learns of what the engine deletes only afterwards.
 * @param logs Directory for the engine's event logs.
 * @param output Where the engine prints: 1, or 2 where standard output is for programs.
 */
export async function runUntilSettled(args: readonly string[], env: NodeJS.ProcessEnv, { run, logs, output = 1 }: { run: string; logs: string; output?: 1 | 2 }): Promise<Settled> {
  const first = await runLogged(args, env, { run, log: join(logs, "events.json"), output });
  const again = await takeRequest(run);
  if (again.length === 0 || args[0] !== "up") return first;
  console.log(`[run] running the engine once more ${again.join(", and ")}`);
  // It is to see what is gone, and not to build yet another serial of what was forced.
  const refreshing = args.includes("--refresh") ? args : [...args, "--refresh"];
  const second = await runLogged(refreshing, { ...env, IMAGEFLEET_FORCE: "" }, { run, log: join(logs, "events-again.json"), output });
  await takeRequest(run);
  return { code: second.code, events: merged(first.events, second.events) };
}

/** What was done by the first run was done, although the second one found it unchanged. */
function merged(first: readonly ResourceEvent[], second: readonly ResourceEvent[]): ResourceEvent[] {
  const done = new Map(first.filter(({ failed }) => !failed).map((event) => [event.urn, event]));
  for (const event of second) if (event.op !== "same" || event.failed || !done.has(event.urn)) done.set(event.urn, event);
  return [...done.values()];
}

async function runLogged(args: readonly string[], env: NodeJS.ProcessEnv, { run, log, output }: { run: string; log: string; output: 1 | 2 }): Promise<Settled> {
  const code = await runEngine([...args, "--event-log", log], env, run, output);
  return { code, events: await readEvents(log) };
}

/** What providers want another run for; the request is gone then. */
async function takeRequest(run: string): Promise<string[]> {
  const file = join(workDir(), `again-${run}`);
  const text = await readFile(file, "utf8").catch(() => "");
  await rm(file, { force: true });
  return [...new Set(text.split("\n").filter(Boolean))];
}
