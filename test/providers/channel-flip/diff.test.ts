import { expect, test } from "vitest";
import type { FlipInputs, FlipOutputs } from "#providers/channel-flip/inputs";
import { provider } from "#providers/channel-flip/provider";
import { slim } from "#providers/channel-flip/slim";
import { requireSteadyDiff } from "../any-diff.ts";

const sites = Array.from({ length: 20 }, (_, index) => `production-${index + 10}`);
const inputs: FlipInputs = {
  channel: "stable", image: "debian-12-hardened", version: "2026.1101.12", sha256: "ab".repeat(32), wave: 2, sites, bestEffort: sites.slice(0, 10), stack: "imagefleet/production",
  approval: true, pause: 1800, after: "2026-11-01T10:00:00.000Z", last: true,
};
const { after, ...content } = inputs;
const olds: FlipOutputs = { ...content, since: "2026-11-01T10:30:00.000Z", lagging: [], state: "correct" };

test("a diff is sure of what it calls unchanged, and answers whatever it is given", async () => {
  await requireSteadyDiff(provider.diff, olds, inputs, ["after"]);
  expect(await provider.diff("id", olds, { ...inputs, after: "2026-11-02T10:00:00.000Z" })).toMatchObject({ changes: false });
  expect(await provider.diff("id", olds, { ...inputs, version: "2026.1101.13" })).toMatchObject({ changes: true, replaces: [] });
  expect(await provider.diff("id", { ...olds, lagging: [`${sites[0]}: it is missing`] }, inputs)).toMatchObject({ changes: true, replaces: [] });
  expect(await provider.diff("id", { ...olds, state: "incorrect: somebody moved it" }, inputs)).toMatchObject({ changes: true, replaces: [] });
  expect(await provider.diff("id", olds, { ...inputs, wave: 1 })).toMatchObject({ changes: true, replaces: ["wave"] });
});

test("a state is small, whatever lags, and says how many do", () => {
  const lagging = sites.slice(0, 10).map((name) => `${name}: ${"the region does not answer; ".repeat(4)}`);
  expect(JSON.stringify({ ...olds, lagging: slim(lagging), state: `incorrect: ${"x".repeat(300)}` }).length).toBeLessThanOrEqual(2_000);
  expect(slim(lagging)).toEqual([...lagging.slice(0, 3), "and 7 more"]);
  expect(slim(lagging.slice(0, 3))).toEqual(lagging.slice(0, 3));
});
