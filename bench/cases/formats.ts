import { contest, sizeOf, speedOf, type Comparison, type ContestName } from "../conversions.ts";
import { median, type BenchCase, type Measurement } from "../measurement.ts";

interface Wanted {
  readonly name: string;
  readonly contest: ContestName;
  readonly what: string;
  readonly baseline: string;
  /** The goal's text, and whether it is met. */
  readonly goal: string;
  readonly met: (comparison: Comparison) => boolean;
}

/** Larger than the other by no more than a part. */
const within = (part: number) => ({ bytes, baseline }: Comparison): boolean => bytes <= baseline.bytes * (1 + part);

const wanted: readonly Wanted[] = [
  {
    name: "vmdk", contest: "vmdk", what: "Stream-optimized VMDK", baseline: "qemu-img",
    goal: "≥ 5 × as fast, ≤ 5 % larger", met: (one) => speedOf(one) >= 5 && within(0.05)(one),
  },
  {
    name: "gce", contest: "gce", what: "Compute Engine archive", baseline: "GNU tar and pigz -6, from a raw disk",
    goal: "not slower, not larger", met: (one) => speedOf(one) >= 1 && within(0)(one),
  },
  {
    name: "qcow2", contest: "qcow2", what: "Compressed qcow2", baseline: "qemu-img with zlib",
    goal: "≥ 4 × as fast, not larger", met: (one) => speedOf(one) >= 4 && within(0)(one),
  },
];

/** One conversion against the tool that is usual for it. */
export const formatCases: readonly BenchCase[] = wanted.map(({ name, contest: contestName, what, baseline, goal, met }) => ({
  name,
  async measure(context): Promise<Measurement> {
    const comparison = await contest(contestName, context);
    const found = `${speedOf(comparison).toFixed(1)} ×, ${sizeOf(comparison)}`;
    return {
      name, what: `${what} of a disk with 1.3 GiB of data`, unit: "s", value: median(comparison.samples), samples: comparison.samples,
      baseline: { what: baseline, value: median(comparison.baseline.samples), samples: comparison.baseline.samples },
      goal: { text: `${goal} (${found})`, met: met(comparison) },
    };
  },
}));

const set: readonly ContestName[] = ["qcow2", "vmdk", "vhd", "gce"];
const most = 0.6;

/** All of them, one after the other: what a release of the dev stack takes on a machine where each uses all cores. */
export const formatSet: BenchCase = {
  name: "format-set",
  async measure(context) {
    const comparisons: Comparison[] = [];
    for (const name of set) comparisons.push(await contest(name, context));
    const samples = sums(comparisons.map((one) => one.samples));
    const theirs = sums(comparisons.map(({ baseline }) => baseline.samples));
    const part = median(samples) / median(theirs);
    return {
      name: "format-set", what: "qcow2, VMDK, VHD and Compute Engine archive of that disk", unit: "s", value: median(samples), samples,
      baseline: { what: "the usual tools, one after the other", value: median(theirs), samples: theirs },
      goal: { text: `≤ ${most * 100} % of the time (${Math.round(part * 100)} %)`, met: part <= most },
    };
  },
};

/** The first samples of each, the second ones, and so on. */
function sums(all: readonly (readonly number[])[]): number[] {
  return all[0]!.map((_, index) => all.reduce((sum, samples) => sum + samples[index]!, 0));
}
