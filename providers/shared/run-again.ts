import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { workDir } from "#providers/shared/project";

/** What to do where the state still names what this run has removed: the next run sees that it is gone, and makes it again. */
export const againHint = "run `npm run up` again; it does so once by itself";

/**
 * Tells `npm run up` that one more run of the engine makes right what this one could not. Without it, the user runs it again.
 * @param reason What the other run is for: `to make again what was removed`.
 */
export async function askForAnotherRun(reason: string): Promise<void> {
  const run = process.env["IMAGEFLEET_RUN"];
  if (!run) return;
  await mkdir(workDir(), { recursive: true });
  await writeFile(join(workDir(), `again-${run}`), `${reason}\n`, { flag: "a" });
}
