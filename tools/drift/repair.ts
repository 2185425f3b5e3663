import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runUntilSettled } from "../engine/run-until-settled.ts";
import { registrationOf, type Finding } from "./findings.ts";
import type { Looking } from "./look.ts";
import { drifted } from "./report.ts";

/** Converges what has drifted, and what depends on it; everything else stays as it is. @returns the engine's exit code. */
export async function repair({ stack, env, run, output }: Looking, found: readonly Finding[]): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-repair-"));
  try {
    const engine = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--refresh", "--stack", stack.name, "--config-file", stack.configFile, ...repairSelection(found)];
    return (await runUntilSettled(engine, env, { run, logs: dir, output })).code;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What is repaired, and what depends on it: for the engine that repairs, and that looks at it afterwards. */
export function repairSelection(found: readonly Finding[]): string[] {
  return [...repairTargets(found).flatMap((pattern) => ["--target", pattern]), "--target-dependents"];
}

/** Has parts whose names begin with its own. */
function isRegistration({ image, place, channel }: Finding): boolean {
  return image !== undefined && place !== "store" && channel === undefined;
}

/**
 * The engine's patterns for what has drifted: of a registration all parts, since a check that finds wrong bytes deletes what holds
 * them, to be registered anew; in the engine's patterns `*` stops only at a colon.
 */
export function repairTargets(found: readonly Finding[]): string[] {
  const wrong = found.filter(drifted);
  // Not the stack: everything depends on it, and would be converged with it.
  return [...new Set(wrong.map((finding) => `**::${registrationOf(finding)}${isRegistration(finding) ? "**" : ""}`))];
}
