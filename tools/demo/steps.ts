import { FleetError } from "#model/errors";
import type { Project } from "../../test/integration/project.ts";

/** Exit code of `npm run drift` where all could be looked at, and something had drifted. */
const drifted = 3;

/** A demo's own words, between those of the programs that it runs. */
export function say(text: string): void {
  console.log(`\n[demo] ${text}`);
}

/** `npm run <verb>` of the demo's project, its output passed on. @returns its exit code. */
export async function npmRun(project: Project, verb: string, args: readonly string[] = []): Promise<number> {
  const { exitCode } = await project.run(verb, args, { stdout: "inherit", stderr: "inherit", all: false });
  return exitCode ?? 1;
}

/** @throws FleetError where it does not end with 0: the demo is about what works. */
export async function mustRun(project: Project, verb: string): Promise<void> {
  const code = await npmRun(project, verb);
  if (code !== 0) throw new FleetError({ action: `run \`npm run ${verb}\` of the demo`, place: project.dir, cause: `it ended with ${code}; its messages are above`, hint: "npm run doctor" });
}

/**
 * What drifted is seen and repaired, and then nothing is left to see.
 * @returns whether it was so.
 */
export async function driftRound(project: Project): Promise<boolean> {
  say("npm run drift: what the sites hold is compared with what they should");
  const seen = await npmRun(project, "drift");
  say("npm run up: repairs what drifted");
  await mustRun(project, "up");
  say("npm run drift: once more");
  return (await npmRun(project, "drift")) === 0 && seen === drifted;
}
