import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "#store/open";
import { command } from "./engine/command.ts";
import { prepareUpdate } from "./engine/prepare-update.ts";
import { runEngine } from "./engine/run-engine.ts";
import { unreachableLines } from "./engine/summary.ts";
import { updateOptions, type UpdateOptions } from "./engine/update-options.ts";
import { keyChangeLines, keyChanges } from "./review/compare-lock.ts";
import { failedReview, makeReview } from "./review/make-review.ts";
import { reviewMarkdown } from "./review/markdown.ts";
import type { Review } from "./review/review.ts";

/** What the engine ends with where --expect-no-changes finds some. */
const foundChanges = 7;

/** `npm run preview`: as `npm run up`, but it only shows. A place that cannot be asked is named, and is no failure. */
await command(async () => {
  const options = updateOptions();
  if (!options) return;
  const { format, stack } = options;
  if (format === "text") return preview(options);
  const write = (review: Review) => process.stdout.write(format === "json" ? `${JSON.stringify(review, null, 2)}\n` : reviewMarkdown(review));
  console.log = console.error; // standard output is for what is asked for
  try {
    return await preview(options, write);
  } catch (error) {
    write(failedReview(stack, error as Error));
    throw error;
  }
});

async function preview(options: UpdateOptions, write?: (review: Review) => void): Promise<number> {
  const { stack, run, places, unreachable, args, env } = await prepareUpdate(options, "preview");
  const keys = await keyChanges(stack.name, stack.configFile, stack.config);
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-preview-"));
  const [log, plan] = [join(dir, "events.json"), join(dir, "plan.json")];
  try {
    const code = await runEngine(["preview", "--event-log", log, ...args], { ...env, IMAGEFLEET_PLAN_FILE: plan }, run, write ? 2 : 1);
    const complete = code === 0 || (options.expectNoChanges && code === foundChanges);
    write?.(await makeReview({ stack: stack.name, config: stack.config, store: openStore(stack.store), log, plan, complete, places, unreachable, keys }));
    for (const line of [...unreachableLines(unreachable), ...keyChangeLines(stack.name, keys)]) console.log(line);
    return code === 0 && keys.length > 0 ? 1 : code;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
