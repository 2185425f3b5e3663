import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openStore } from "#store/open";
import { command } from "./engine/command.ts";
import { policyArguments } from "./engine/policy.ts";
import { reachPlaces } from "./engine/reach-places.ts";
import { runUntilSettled } from "./engine/run-until-settled.ts";
import { selectionArguments } from "./engine/selection.ts";
import { openSession, stackOptions } from "./engine/session.ts";
import { summary, unreachableLines } from "./engine/summary.ts";

const help = `npm run up -- [options]        build what is missing and publish it to every site
npm run preview -- [options]   the same, only showing what would be done, and why

  --stack NAME          the stack Pulumi.<NAME>.yaml (default: dev, with its own local backend)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml
  --only NAMES          only these images, sites and vCenters (SITE/VCENTER), with the layers below an image
                        (comma-separated)
  --except NAMES        all but these, and what depends on them
  --force IMAGES        build these although the store has their key: the next serial
  --debug IMAGES        show the guest's console, and keep a guest whose build fails
  --deep                read every byte of releases and published files, whatever was verified before
  --no-refresh          trust the state: do not look for drift first
  --expect-no-changes   with preview: end with an error when there is anything to do, such as drift
  --dry-run             show what would be done (npm run preview)
  -h, --help            this text

One image's failure leaves the others to converge and deletes nothing; a site or vCenter that cannot be reached, or is
not to be trusted, is left out and named. The exit code is then not 0.`;

/**
 * Resources under way at a time: most only wait for a site (the OpenStack plugin sleeps ten seconds in each create); what is heavy
 * is admitted by cores and memory.
 */
const sideBySide = "64";

/** `npm run up` and `npm run preview`: tools, recovery, probe of the sites, the engine, a summary. */
await command(async () => {
  const list = { type: "string", multiple: true } as const;
  const options = { ...stackOptions, only: list, except: list, force: list, debug: list, refresh: { type: "boolean", default: true }, deep: { type: "boolean" }, "dry-run": { type: "boolean" }, "expect-no-changes": { type: "boolean" } } as const;
  const { values } = parseArgs({ options, allowNegative: true });
  if (values.help) return void console.log(help);
  const names = (given: string[] | undefined) => (given ?? []).flatMap((text) => text.split(",")).filter(Boolean);

  const since = new Date();
  const { stack, env, run } = await openSession(values.stack, values["config-file"]);
  const choice = { only: names(values.only), except: names(values.except) };
  const { places, unreachable, selection, env: reached } = await reachPlaces(stack, choice);
  for (const image of [...names(values.force), ...names(values.debug)]) selectionArguments(stack.config, { only: [image], except: [], unreachable: [] });

  const dir = await mkdtemp(join(tmpdir(), "imagefleet-up-"));
  const verb = values["dry-run"] ? ["preview"] : ["up", "--yes", "--skip-preview", "--suppress-outputs"]; // the table says it; `pulumi stack output` has all
  const engine = [...verb, "--stack", stack.name, "--config-file", stack.configFile, "--parallel", sideBySide, ...(values.refresh ? ["--refresh"] : []), ...(values["expect-no-changes"] ? ["--expect-no-changes"] : []), ...policyArguments(stack.name), ...selection];
  const engineEnv = { ...env, ...reached, IMAGEFLEET_FORCE: names(values.force).join(","), IMAGEFLEET_DEBUG: names(values.debug).join(","), ...(values.deep ? { IMAGEFLEET_DEEP: "1" } : {}) };
  const { code, events } = await runUntilSettled(engine, engineEnv, { run, logs: dir });
  if (values["dry-run"]) for (const line of unreachableLines(unreachable)) console.log(line);
  else console.log(await summary({ events, store: openStore(stack.store), siteNames: Object.keys(stack.config.sites), places, since, unreachable }));
  await rm(dir, { recursive: true, force: true });
  return code === 0 && unreachable.length > 0 ? 1 : code;
});
