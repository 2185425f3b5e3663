import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "#store/open";
import { command } from "./engine/command.ts";
import { inTurn } from "./engine/in-turn.ts";
import { prepareUpdate } from "./engine/prepare-update.ts";
import { runUntilSettled } from "./engine/run-until-settled.ts";
import { summary } from "./engine/summary.ts";
import { updateOptions, type UpdateOptions } from "./engine/update-options.ts";

/** `npm run up`: tools, recovery, probe of the sites, the engine, a summary. */
async function up(): Promise<number | void> {
  const options = updateOptions();
  return options && inTurn(options.stack, () => update(options));
}

async function update(options: UpdateOptions): Promise<number> {
  const since = new Date();
  const { stack, run, places, unreachable, args, env } = await prepareUpdate(options, "change");
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-up-"));
  // The table says it; `pulumi stack output` has all.
  const { code, events } = await runUntilSettled(["up", "--yes", "--skip-preview", "--suppress-outputs", ...args], env, { run, logs: dir });
  console.log(await summary({ events, store: openStore(stack.store), siteNames: Object.keys(stack.config.sites), places, since, unreachable }));
  await rm(dir, { recursive: true, force: true });
  return code === 0 && unreachable.length > 0 ? 1 : code;
}

if (process.argv.includes("--dry-run")) await import("./preview.ts");
else await command(up);
