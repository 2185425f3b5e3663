import { rm } from "node:fs/promises";
import type { Timed } from "../cpu-time.ts";
import { Floor } from "../floor.ts";
import { ManyRegistrations, sites } from "../many-registrations.ts";
import { interleaved, median, type BenchCase, type BenchContext, type Measurement } from "../measurement.ts";

const mostSeconds = 60;

/** By the number of registrations; the small one shows how the cost grows, and is part of what the large one says. */
const [few, many] = [1_000, 10_000] as const;

/** A look at 10,000 registrations of which nothing has drifted, then at one that has, then with the site silent that has a tenth of them. */
export const drift: BenchCase = {
  name: `drift-${many}`,
  async measure(context) {
    const small = await withFleet(few, context, async (fleet) => (await looks(fleet, 2)).seconds);
    return withFleet(many, context, (fleet) => measure(fleet, small, context));
  },
};

async function withFleet<T>(registrations: number, { log }: BenchContext, work: (fleet: ManyRegistrations) => Promise<T>): Promise<T> {
  const fleet = await ManyRegistrations.create(registrations / sites, log);
  try {
    return await work(fleet);
  } finally {
    await fleet.remove();
  }
}

async function measure(fleet: ManyRegistrations, small: number, context: BenchContext): Promise<Measurement> {
  const floor = await Floor.replicated(fleet.project, fleet.resources);
  const first = await looks(fleet, 1); // reads the files, whose digests are remembered then
  context.log(`the first look took ${first.seconds.toFixed(1)} s`);
  const cpu: Record<"ours" | "engine", number[]> = { ours: [], engine: [] };
  const samples = await interleaved({
    ours: () => fleet.drift().then(requireNoDrift).then((run) => noted(run, cpu.ours)),
    engine: () => floor.timed("refresh", "--preview-only", "--suppress-outputs", "--parallel", "16").then((run) => noted(run, cpu.engine)),
  }, context, "s");
  const silent = await withSilence(fleet);
  const repaired = await oneRepaired(fleet);
  const [value, engine] = [median(samples["ours"]!), median(samples["engine"]!)];
  return {
    name: `drift-${many}`, what: `\`npm run drift\`: ${many.toLocaleString("en")} registrations, ${fleet.resources.toLocaleString("en")} resources`, unit: "s",
    value, samples: samples["ours"]!,
    baseline: { what: "the engine alone reads as many resources that do nothing", value: engine, samples: samples["engine"]! },
    goal: { text: `≤ ${mostSeconds} s`, met: value <= mostSeconds },
    details: {
      [`of ${few.toLocaleString("en")} registrations, s`]: round(small), "first look, s": round(first.seconds),
      "CPU of all processes, s": round(median(cpu.ours)), "CPU of the engine alone, s": round(median(cpu.engine)), "of the engine alone, times": round(value / engine),
      "a tenth silent, s": round(silent), "one drifted: look, repair and look again, s": round(repaired.seconds), "CPU of that, s": round(repaired.cpuSeconds),
    },
  };
}

/** One that somebody has removed is found, and brought back alone. */
async function oneRepaired(fleet: ManyRegistrations): Promise<Timed> {
  const { name, path } = fleet.example;
  await rm(path, { recursive: true });
  const run = requireFound(await fleet.drift("--repair"), { exitCode: 0, text: `repaired: ${name}` });
  return requireFound(run, { exitCode: 0, text: `${name}: missing` });
}

/** The site that has a tenth of them takes connections and says nothing. */
async function withSilence(fleet: ManyRegistrations): Promise<number> {
  fleet.silence();
  const run = requireFound(await fleet.drift(), { exitCode: 1, text: "unreachable, not looked at: google" });
  fleet.gcp.compute.heal();
  fleet.gcp.storage.heal();
  return run.seconds;
}

async function looks(fleet: ManyRegistrations, count: number): Promise<Timed> {
  let last = requireNoDrift(await fleet.drift());
  for (let look = 1; look < count; look++) last = requireNoDrift(await fleet.drift());
  return last;
}

function requireNoDrift(run: Timed): Timed {
  return requireFound(run, { exitCode: 0, text: "no drift: " });
}

function requireFound(run: Timed, wanted: { readonly exitCode: number; readonly text: string }): Timed {
  if (run.exitCode !== wanted.exitCode || !run.text.includes(wanted.text)) throw new Error(`drift ended with ${run.exitCode} and does not say "${wanted.text}":\n${run.text.slice(-5000)}`);
  return run;
}

function noted({ seconds, cpuSeconds }: Timed, into: number[]): number {
  into.push(cpuSeconds);
  return seconds;
}

function round(figure: number): number {
  return Math.round(figure * 10) / 10;
}
