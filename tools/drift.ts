import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { findings } from "./drift/findings.ts";
import { driftText, hasDrifted, isBlind, type Drift } from "./drift/report.ts";
import { command } from "./engine/command.ts";
import { readSteps } from "./engine/events.ts";
import { reachPlaces } from "./engine/reach-places.ts";
import { runEngine } from "./engine/run-engine.ts";
import { openSession, stackOptions } from "./engine/session.ts";

const help = `npm run drift -- [options]     show what is no longer as it should be, and where; nothing is changed, the state neither

  --stack NAME          the stack Pulumi.<NAME>.yaml (default: dev)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml
  --only NAMES          only these images, sites and vCenters (SITE/VCENTER), comma-separated
  --except NAMES        all but these
  --deep                read every byte of releases and published files, whatever was verified before
  --parallel N          resources that are looked at side by side (default 16)
  --json                print findings as JSON; with npm run --silent nothing else is on standard output
  -h, --help            this text

Exit code: 0 nothing has drifted; 3 something has (npm run up repairs it); 1 something could not be looked at, and
nothing else has drifted.

What is found: correct, incorrect (and how), missing, unexpected, or unreachable. The program is not run: each resource of
the stack is read, and compared with what the last update left.`;

const drifted = 3;

/** `npm run drift`: every resource of the stack is read where it is. */
await command(async () => {
  const list = { type: "string", multiple: true } as const;
  const options = { ...stackOptions, only: list, except: list, deep: { type: "boolean" }, parallel: { type: "string", default: "16" }, json: { type: "boolean" } } as const;
  const { values } = parseArgs({ options });
  if (values.help) return void console.log(help);
  if (!/^[1-9]\d*$/.test(values.parallel)) throw new FleetError({ action: "look for drift", cause: `--parallel ${values.parallel} is no number of resources`, hint: "--parallel 16" });
  if (values.json) console.log = console.error; // standard output is for the program that reads it
  const names = (given: string[] | undefined) => (given ?? []).flatMap((text) => text.split(",")).filter(Boolean);

  const at = new Date().toISOString();
  const { stack, env, run } = await openSession(values.stack, values["config-file"], true);
  const { unreachable, selection, env: reached } = await reachPlaces(stack, { only: names(values.only), except: names(values.except) });
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-drift-"));
  try {
    const log = join(dir, "events.json");
    const engine = ["refresh", "--preview-only", "--non-interactive", "--skip-pending-creates", "--suppress-outputs", "--parallel", values.parallel, "--stack", stack.name, "--config-file", stack.configFile, "--event-log", log, ...selection];
    const code = await runEngine(engine, { ...env, ...reached, ...(values.deep ? { IMAGEFLEET_DEEP: "1" } : {}) }, run, values.json ? 2 : 1);
    const drift: Drift = { stack: stack.name, at, complete: code === 0, findings: findings(await readSteps(log)), unreachable };
    process.stdout.write(`${values.json ? JSON.stringify(drift, null, 2) : driftText(drift)}\n`);
    if (hasDrifted(drift)) return drifted;
    return isBlind(drift) ? 1 : 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
