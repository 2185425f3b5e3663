import { peakMemory } from "../peak-memory.ts";
import { Floor } from "../floor.ts";
import { interleaved, median, secondsOf, type BenchCase, type BenchContext, type Measurement } from "../measurement.ts";
import { manySites, SiteFleet, type Extent } from "../../test/integration/site-fleet.ts";

const images = 30;

/** By the number of vCenters. */
const extents: Readonly<Record<number, Extent>> = {
  1: { boundaries: { corporate: [1] }, regions: ["RegionOne"], images },
  10: { boundaries: { corporate: [10] }, regions: ["RegionOne"], images },
  41: { ...manySites, images },
};

const mostOfFloor = 1.15;
const mostGrowth = 1.2;

/** Seconds of a no-change `up` by the number of sites, of this process. */
const measured = new Map<number, number>();

/** A run that finds nothing to do, on so many vCenters and their part of the regions. */
export const siteCases: readonly BenchCase[] = Object.entries(extents).map(([count, extent]) => ({
  name: `sites-${count}`,
  measure: async (context) => {
    const fleet = await SiteFleet.create(extent, context.log);
    try {
      return await measure(Number(count), fleet, context);
    } finally {
      await fleet.remove();
    }
  },
}));

async function measure(count: number, fleet: SiteFleet, context: BenchContext): Promise<Measurement> {
  const first = await secondsOf(() => fleet.up());
  context.log(`the first up took ${first.toFixed(1)} s`);
  await fleet.requireOneCrossing();
  const { resources, bytes } = await stateOf(fleet);
  const floor = await Floor.create(fleet.project, Math.ceil(resources / 10), 10);
  const samples = await interleaved({
    ours: () => secondsOf(() => fleet.up()),
    engine: () => secondsOf(() => floor.run("up", "--yes", "--skip-preview", "--refresh")),
    drift: () => secondsOf(() => fleet.project.run("drift")),
  }, context, "s");
  const memory = await memoryOfRun(fleet);
  const value = median(samples["ours"]!);
  const engine = median(samples["engine"]!);
  measured.set(count, value);
  const regions = fleet.extent.regions.length;
  return {
    name: `sites-${count}`, what: `\`npm run up\` with nothing to do: ${images} images, ${plural(count, "vCenter")}, ${plural(regions, "region")}, ${resources} resources`, unit: "s",
    value, samples: samples["ours"]!,
    baseline: { what: "the engine alone, as many resources that do nothing", value: engine, samples: samples["engine"]! },
    details: { resources, "first up, s": round(first), "drift run, s": round(median(samples["drift"]!)), "state, bytes": bytes, "state of a resource, bytes": Math.round(bytes / resources), "memory of a no-change up, MiB": Math.round(memory / 2 ** 20) },
    goal: goal(count, value / engine),
  };
}

function goal(count: number, ratio: number): Measurement["goal"] {
  const ofFloor = `≤ ${mostOfFloor} × the engine (${ratio.toFixed(2)} ×)`;
  const ten = measured.get(10);
  if (count !== 41 || ten === undefined) return { text: ofFloor, met: ratio <= mostOfFloor };
  const growth = Math.log(measured.get(41)! / ten) / Math.log(41 / 10);
  return { text: `${ofFloor}; growth exponent from 10 vCenters ≤ ${mostGrowth} (${growth.toFixed(2)})`, met: ratio <= mostOfFloor && growth <= mostGrowth };
}

async function stateOf(fleet: SiteFleet): Promise<{ resources: number; bytes: number }> {
  const { text } = await fleet.project.pulumi("stack", "export");
  const { deployment } = JSON.parse(text) as { deployment: { resources: unknown[] } };
  return { resources: deployment.resources.length, bytes: Buffer.byteLength(text) };
}

async function memoryOfRun(fleet: SiteFleet): Promise<number> {
  const run = fleet.project.run("up");
  return peakMemory(run.pid!, Promise.resolve(run));
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
