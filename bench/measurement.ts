import type { StockedFleet } from "./stocked-fleet.ts";

/** One figure of a run of the benchmark, as bench/results.json keeps it. */
export interface Measurement {
  readonly name: string;
  /** What is measured, for the table. */
  readonly what: string;
  readonly unit: "s" | "ms" | "bytes";
  /** Median of the samples. */
  readonly value: number;
  readonly samples: readonly number[];
  /** What it is compared with, measured in the same run, turn by turn. */
  readonly baseline?: { readonly what: string; readonly value: number; readonly samples: readonly number[] };
  readonly goal?: { readonly text: string; readonly met: boolean };
  /** Further figures of the same run, with their units in their names. */
  readonly details?: Readonly<Record<string, number>>;
}

export interface BenchContext {
  /** Samples to take of what lasts seconds. */
  readonly runs: number;
  /** Takes progress lines. */
  readonly log: (line: string) => void;
  /** A converged project, made when it is first asked for and shared by the cases. */
  readonly fleet: () => Promise<StockedFleet>;
}

/** Something to measure; `measure` cleans up after itself. */
export interface BenchCase {
  readonly name: string;
  measure(context: BenchContext): Promise<Measurement>;
}

/** @throws RangeError for no samples. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError("there is no median of nothing");
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Runs each program once a turn, turn after turn, so that a change in the machine's load meets all of them alike.
 * Each returns its own figure. @returns the samples of each, in the order given.
 */
export async function interleaved(programs: Readonly<Record<string, () => Promise<number>>>, { runs, log }: Pick<BenchContext, "runs" | "log">, unit: Measurement["unit"]): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  for (let run = 1; run <= runs; run++) {
    for (const [name, program] of Object.entries(programs)) {
      const sample = await program();
      samples[name]!.push(sample);
      log(`${name}, run ${run} of ${runs}: ${sample.toFixed(unit === "bytes" ? 0 : 2)} ${unit}`);
    }
  }
  return samples;
}

/** Seconds that the work takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
