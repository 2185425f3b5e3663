import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { titleOf } from "./drift/findings.ts";
import { look, type Looking } from "./drift/look.ts";
import { driftMarkdown } from "./drift/markdown.ts";
import { repair, repairSelection } from "./drift/repair.ts";
import { drifted, driftText, hasDrifted, isBlind, seenAnew, type Drift } from "./drift/report.ts";
import { commaList } from "./engine/comma-list.ts";
import { command } from "./engine/command.ts";
import { inTurn } from "./engine/in-turn.ts";
import { reachPlaces } from "./engine/reach-places.ts";
import { openSession, stackOptions } from "./engine/session.ts";
import type { Stack } from "./engine/stack.ts";

const help = `npm run drift -- [options]     show what is no longer as it should be, and where; without --repair nothing is changed,
                               the state neither

  --stack NAME          the stack Pulumi.<NAME>.yaml (default: dev)
  --config-file FILE    its configuration, where it is not Pulumi.<NAME>.yaml
  --only NAMES          only these images, sites and vCenters (SITE/VCENTER), comma-separated
  --except NAMES        all but these
  --deep                read every byte of releases and published files, whatever was verified before
  --parallel N          resources that are looked at side by side (default 16)
  --repair              converge what has drifted, and nothing else; then look at it once more
  --json                print findings as JSON; with npm run --silent nothing else is on standard output
  --markdown            the same as Markdown, for a chat, an issue or a job's summary
  -h, --help            this text

Exit code: 0 nothing has drifted, or all of it was repaired; 3 something has (npm run up, or --repair, repairs it);
1 something could not be looked at, and nothing else has drifted.

What is found: correct, incorrect (and how), missing, unexpected, or unreachable. The program is not run: each resource of
the stack is read, and compared with what the last update left.`;

const driftCode = 3;

/** `npm run drift`: every resource of the stack is read where it is. */
await command(async () => {
  const list = { type: "string", multiple: true } as const;
  const flag = { type: "boolean" } as const;
  const options = { ...stackOptions, only: list, except: list, deep: flag, parallel: { type: "string", default: "16" }, repair: flag, json: flag, markdown: flag } as const;
  const { values } = parseArgs({ options });
  if (values.help) return void console.log(help);
  if (!/^[1-9]\d*$/.test(values.parallel)) throw new FleetError({ action: "look for drift", cause: `--parallel ${values.parallel} is no number of resources`, hint: "--parallel 16" });
  const forPrograms = values.json || values.markdown;
  if (forPrograms) console.log = console.error; // standard output is for whoever reads the result

  const choice = { only: commaList(values.only), except: commaList(values.except) };
  const compare = async (): Promise<Drift> => {
    const { stack, env, run } = await openSession(values.stack, values["config-file"], values.repair ? "change" : "look");
    const { unreachable, selection, env: reached } = await reachPlaces(stack, choice);
    const looking: Looking = { stack, run, selection: readable(selection, stack, choice.only), unreachable, parallel: values.parallel, output: forPrograms ? 2 : 1, env: { ...env, ...reached, ...(values.deep ? { IMAGEFLEET_DEEP: "1" } : {}) } };
    const first = await look(looking);
    return values.repair && hasDrifted(first) ? repaired(looking, first) : first;
  };
  const drift = await (values.repair ? inTurn(values.stack, compare) : compare());
  const text = values.json ? JSON.stringify(drift, null, 2) : values.markdown ? driftMarkdown(drift).trimEnd() : driftText(drift);
  process.stdout.write(`${text}\n`);
  if (hasDrifted(drift)) return driftCode;
  return isBlind(drift) ? 1 : 0;
});

/** What depends on a place that is left out can be read all the same, since a channel has other sites; and an image that is named, with its channels. */
function readable(selection: readonly string[], { config }: Stack, only: readonly string[]): string[] {
  const channels = only.filter((name) => Object.hasOwn(config.images, name)).flatMap((image) => ["--target", `**::channel/*/${image}/*`]);
  return [...selection.filter((argument) => argument !== "--exclude-dependents"), ...channels];
}

/** What a second look finds at what has been repaired, and the first one at all else. */
async function repaired(looking: Looking, first: Drift): Promise<Drift> {
  console.log(`${driftText(first)}\n[drift] repairing`);
  const code = await repair(looking, first.findings);
  const second = seenAnew(first, await look({ ...looking, selection: repairSelection(first.findings) }));
  const still = new Set(second.findings.filter(({ state }) => state !== "correct").map(titleOf));
  const mended = first.findings.filter(drifted).map(titleOf).filter((title) => !still.has(title));
  return { ...second, complete: second.complete && code === 0, repaired: mended };
}
