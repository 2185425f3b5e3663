import fc from "fast-check";
import { expect, test } from "vitest";
import { sortedText } from "#providers/shared/sorted-text";

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, reversed(inner)]));
}

test("the order of keys makes no difference, however deep", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    expect(sortedText(reversed(value))).toBe(sortedText(value));
  }));
});

test("all else does: values, names, the order of a list", () => {
  const text = sortedText({ tags: { a: "1", b: "2" }, shares: ["x", "y"] });
  for (const other of [{ tags: { a: "2", b: "1" }, shares: ["x", "y"] }, { tags: { a: "1" }, shares: ["x", "y"] }, { tags: { a: "1", b: "2" }, shares: ["y", "x"] }]) expect(sortedText(other)).not.toBe(text);
});

test("what is not there differs from what is empty", () => {
  expect(sortedText(undefined)).toBeUndefined();
  expect(sortedText({})).not.toBe(sortedText([]));
});
