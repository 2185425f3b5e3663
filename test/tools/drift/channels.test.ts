import { expect, test } from "vitest";
import { findings } from "../../../tools/drift/findings.ts";
import { driftMarkdown } from "../../../tools/drift/markdown.ts";
import { repairTargets } from "../../../tools/drift/repair.ts";
import { driftText, type Drift } from "../../../tools/drift/report.ts";

const sha256 = "0123456789abcdef".repeat(4);
const wave = { __provider: "", channel: "stable", image: "web", version: "2026.1101.2", sha256, wave: 1, sites: ["a", "b", "c"], bestEffort: ["c"], last: true };
const name = "channel/stable/web/wave-1";
const type = "pulumi-nodejs:dynamic/imagefleet:ChannelFlip";
const found = (state: string, more = {}) => findings([{ failed: false, metadata: { type, urn: `urn:pulumi:dev::imagefleet::${type}::${name}`, op: "update", new: { outputs: { ...wave, ...more, state } } } }]);
const said = (state: string, more = {}) => found(state, more).map((one) => [one.place, one.state, one.what]);
const drift = (state: string): Drift => ({ stack: "dev", at: "", complete: true, findings: found(state), unreachable: [] });

test("each site of a wave that holds it back is told by itself, and the store", () => {
  expect(said("correct")).toEqual([["a", "correct", undefined], ["b", "correct", undefined], ["store", "correct", undefined]]);
  expect(said("missing")).toEqual([["a", "missing", "points at nothing, not 2026.1101.2"], ["b", "missing", "points at nothing, not 2026.1101.2"]]);
  expect(said("incorrect: b points at 2026.1101.1; the store does not know the channel")).toEqual([["a", "correct", undefined], ["b", "incorrect", "points at 2026.1101.1, not 2026.1101.2"], ["store", "missing", "does not know the channel"]]);
  expect(said("incorrect: a, b: points at nothing", { last: false }).map(([, state]) => state)).toEqual(["missing", "missing"]);
  expect(said("unreachable: b cannot be asked: it is silent")).toEqual([["a", "correct", undefined], ["b", "unreachable", "cannot be asked: it is silent"], ["store", "correct", undefined]]);
  expect(said("unreachable: the store cannot be opened").map(([, state, what]) => [state, what])).toEqual(Array(3).fill(["unreachable", "the store cannot be opened"]));
  expect(found("correct")[0]).toMatchObject({ name, channel: "stable", image: "web", version: "2026.1101.2", sha256 });
});

test("of a site that is left out nothing is said, and what had no room is not called correct", () => {
  expect(said("unreachable: b was left out of this run").map(([place]) => place)).toEqual(["a", "store"]);
  expect(said("incorrect: a points at nothing; and 1 more").map(([place, state]) => [place, state])).toEqual([["a", "missing"], ["b", "unreachable"], ["store", "unreachable"]]);
});

test("channels have a table of their own, and what is wrong a line for each site", () => {
  const text = driftText(drift("incorrect: b points at 2026.1101.1"));
  expect(text).toMatch(/channel │ image │ version +│ a +│ b +│ store/);
  expect(text).toMatch(/stable +│ web +│ 2026\.1101\.2 │ correct │ incorrect │ correct/);
  expect(text).toContain(`${name} on b: incorrect: points at 2026.1101.1, not 2026.1101.2\n`);
  expect(text).toContain("1 of 1 resources are not as they should be");
});

test("what sites say is no Markdown", () => {
  const markdown = driftMarkdown(drift("incorrect: b points at <img src=x> | **@all**"));
  expect(markdown).toContain("| `stable web 2026.1101.2` | correct | **incorrect** | correct |");
  expect(markdown).toMatch(/are not as they should be: `npm run up -- --stack \w+` repairs them\. Looked at/);
  expect(markdown).not.toMatch(/<img|(?<!\\)\| \*\*@/);
});

test("a wave is repaired by itself, and no other whose name begins with its own", () => {
  expect(repairTargets(found("incorrect: a, b: points at nothing"))).toEqual([`**::${name}`]);
});
