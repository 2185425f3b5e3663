import fc from "fast-check";
import { expect, test } from "vitest";
import { fits } from "../../../tools/setup/version-range.ts";

const range = { from: "1.12.0", below: "1.13.0" };

test("a version fits from the lower bound on and below the upper one", () => {
  expect(["1.12.0", "v1.12.9", "1.12"].map((version) => fits(version, range))).toEqual([true, true, true]);
  expect(["1.11.99", "1.13.0", "0.12.5", "2.12.0", ""].map((version) => fits(version, range))).toEqual([false, false, false, false, false]);
});

test("numbers are compared as numbers, not as text", () => {
  const number = fc.nat(300);
  fc.assert(fc.property(number, number, number, number, (a, b, c, d) => {
    expect(fits(`${a}.${b}.0`, { from: `${c}.${d}.0`, below: "1000.0.0" })).toBe(a > c || (a === c && b >= d));
  }));
});
