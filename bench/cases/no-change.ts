import { interleaved, median, secondsOf, type BenchCase, type BenchContext, type Measurement } from "../measurement.ts";
import { resources, type StockedFleet } from "../stocked-fleet.ts";

/** A run that finds nothing to do, beside the engine's own on a program that does nothing. */
async function compare(context: BenchContext, ours: (fleet: StockedFleet) => Promise<void>, floor: readonly string[]): Promise<Pick<Measurement, "unit" | "value" | "samples" | "baseline">> {
  const fleet = await context.fleet();
  const samples = await interleaved({
    ours: () => secondsOf(() => ours(fleet)),
    engine: () => secondsOf(() => fleet.floor.run(...floor, "--refresh")),
  }, context, "s");
  return {
    unit: "s", value: median(samples["ours"]!), samples: samples["ours"]!,
    baseline: { what: "the engine alone, as many resources that do nothing", value: median(samples["engine"]!), samples: samples["engine"]! },
  };
}

export const noChangeUp: BenchCase = {
  name: "no-change-up",
  async measure(context) {
    const measured = await compare(context, (fleet) => fleet.up(), ["up", "--yes", "--skip-preview"]);
    return { name: "no-change-up", what: `\`npm run up\` with nothing to do, ${resources} resources`, ...measured, goal: { text: "≤ 20 s", met: measured.value <= 20 } };
  },
};

export const warmPreview: BenchCase = {
  name: "warm-preview",
  async measure(context) {
    const measured = await compare(context, (fleet) => fleet.preview(), ["preview"]);
    return { name: "warm-preview", what: `\`npm run preview\` with nothing to do, ${resources} resources`, ...measured };
  },
};
