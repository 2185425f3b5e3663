import fc from "fast-check";
import { expect, test } from "vitest";
import { faultsIn, faultsText, storePlace } from "#providers/channel-flip/look-text";

const places = ["a", "a-b", "ab", "frankfurt", storePlace];
const fault = fc.record({ place: fc.constantFrom(...places), what: fc.constantFrom("points at nothing", "points at 2026.1101.1", "points at eu-west-1: 2026.1101.1, us-east-1: nothing", "cannot be asked: https://x:443 is silent: no answer, within 5 s", "does not know the channel") });
const faults = fc.uniqueArray(fault, { selector: ({ place }) => place });

test("what a look has found can be read again", () => {
  fc.assert(fc.property(faults, (all) => {
    const read = faultsIn(faultsText(all), places);
    const sorted = (list: typeof all | typeof read.faults) => [...list].sort((one, other) => (one.place < other.place ? -1 : 1));
    expect(sorted(read.faults)).toEqual(sorted(all));
    expect(read.more).toBe(0);
  }));
});

test("places that are alike are named together, and those for which there is no room are counted", () => {
  expect(faultsText([{ place: "c", what: "points at nothing" }, { place: "b", what: "points at nothing" }, { place: "a", what: "points at 1" }])).toBe("a points at 1; b, c: points at nothing");
  const many = Array.from({ length: 60 }, (_, index) => ({ place: `site-${index}`, what: `points at 2026.1101.${index}` }));
  const text = faultsText(many);
  expect(text.length).toBeLessThan(800);
  const { faults: read, more } = faultsIn(text, many.map(({ place }) => place));
  expect(more).toBeGreaterThan(0);
  expect(read.length + more).toBe(60);
});
