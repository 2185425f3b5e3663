import { expect, test } from "vitest";
import { interleaved, median } from "../../bench/measurement.ts";
import { benchmarkPage, mergeResults, type Result } from "../../bench/results.ts";

const machine = { cores: 4, cpu: "CPU", memoryGiB: 16, accelerator: "tcg", system: "Debian", tools: { node: "24.0.0" }, load: 0.5 } as const;
const result = (name: string, value: number, more: Partial<Result> = {}): Result =>
  ({ name, what: `The ${name}`, unit: "s", value, samples: [value], measuredAt: "2026-11-21T00:00:00Z", machine, ...more });

test("the median of an even number of samples lies between the middle two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 100])).toBe(3.5);
  expect(() => median([])).toThrow(RangeError);
});

test("programs are measured turn by turn", async () => {
  const order: string[] = [];
  const sample = (name: string, value: number) => async () => (order.push(name), value);
  const samples = await interleaved({ a: sample("a", 1), b: sample("b", 2) }, { runs: 2, log: () => {} }, "s");
  expect(order).toEqual(["a", "b", "a", "b"]);
  expect(samples).toEqual({ a: [1, 1], b: [2, 2] });
});

test("a part that is measured again replaces its own figures and no others", () => {
  const old = { schemaVersion: 1, results: [result("b", 2), result("gone", 3)] } as const;
  expect(mergeResults(old, [result("a", 1), result("b", 5)], ["a", "b", "c"]).results.map(({ name, value }) => [name, value])).toEqual([["a", 1], ["b", 5]]);
});

test("the page shows each figure, what it is compared with, and a goal that is not met", () => {
  const page = benchmarkPage({ schemaVersion: 1, results: [result("build", 12.34, { baseline: { what: "Packer alone", value: 8, samples: [8] }, goal: { text: "≤ 10 s", met: false } })] });
  expect(page).toContain("| The build | 12.3 s | Packer alone: 8.00 s | ≤ 10 s: **not met** |");
  expect(page).toContain("4 cores (CPU), 16 GiB, guests on TCG (emulation, no KVM), Debian; node 24.0.0");
});
