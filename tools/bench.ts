import { parseArgs } from "node:util";
import { FleetError } from "#model/errors";
import { nearest } from "#model/nearest";
import { cases } from "../bench/cases.ts";
import { machineFacts } from "../bench/machine.ts";
import type { BenchContext } from "../bench/measurement.ts";
import { mergeResults, readResults, writeResults, type Result } from "../bench/results.ts";
import { StockedFleet } from "../bench/stocked-fleet.ts";
import { commaList } from "./engine/comma-list.ts";
import { command } from "./engine/command.ts";
import { ensureToolchain } from "./setup/ensure-toolchain.ts";
import { repositoryRoot } from "./setup/repository-root.ts";

const names = cases.map(({ name }) => name);

const help = `npm run bench -- [options]     measure, and write bench/results.json and docs/benchmarks.md

  --only NAMES          only these, the others keep their figures (comma-separated): ${names.join(", ")}
  --runs N              samples of what lasts seconds (default: 3)
  -h, --help            this text`;

await command(async () => {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true }, runs: { type: "string", default: "3" }, help: { type: "boolean", short: "h" } } });
  if (values.help) return void console.log(help);
  const chosen = choose(commaList(values.only));
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new FleetError({ action: "measure", cause: `--runs ${values.runs} is not a whole number from 1 on` });

  const toolchain = await ensureToolchain({ log: console.log });
  const machine = await machineFacts(toolchain);
  if (machine.load > machine.cores / 2) console.log(`[bench] the machine is busy (load ${machine.load}): figures in seconds will be too high`);
  let fleet: Promise<StockedFleet> | undefined;
  const results: Result[] = [];
  try {
    for (const { name, measure } of cases.filter((one) => chosen.includes(one.name))) {
      const log = (line: string): void => console.log(`[bench/${name}] ${line}`);
      log("preparing");
      const context: BenchContext = { runs, log, fleet: () => (fleet ??= StockedFleet.create()) };
      results.push({ ...(await measure(context)), measuredAt: new Date().toISOString(), machine });
    }
  } finally {
    await fleet?.then((one) => one.remove(), () => undefined);
  }
  const written = await writeResults(repositoryRoot, mergeResults(await readResults(repositoryRoot), results, names));
  console.log(`[bench] wrote ${written.join(" and ")}`);
  const missed = results.filter(({ goal }) => goal && !goal.met);
  for (const { name, goal } of missed) console.log(`[bench] ${name}: goal not met: ${goal!.text}`);
});

function choose(only: readonly string[]): readonly string[] {
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return only.length > 0 ? only : names;
  const near = nearest(unknown, names);
  throw new FleetError({ action: `measure ${unknown}`, cause: "there is no such benchmark", hint: near ? `did you mean ${near}?` : `there is: ${names.join(", ")}` });
}
