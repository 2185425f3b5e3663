import fc from "fast-check";
import { expect, test } from "vitest";
import { isUnknown, mayDiffer, UNKNOWN } from "#providers/shared/unknown";

test("finds the unknown marker at any depth, and nowhere else", () => {
  expect(isUnknown(UNKNOWN)).toBe(true);
  expect(isUnknown({ a: [{ b: UNKNOWN }] })).toBe(true);
  fc.assert(fc.property(fc.jsonValue(), (value) => !isUnknown(value)));
});

test("calls two values unchanged only when both are known and the same", () => {
  expect(mayDiffer(UNKNOWN, UNKNOWN)).toBe(true);
  expect(mayDiffer(1, UNKNOWN)).toBe(true);
  expect(mayDiffer("a", "b")).toBe(true);
  expect(mayDiffer("a", "a")).toBe(false);
});

test("is the string that the installed engine's SDK sends", async () => {
  const { unknownValue } = await import("@pulumi/pulumi/runtime/rpc.js");
  expect(UNKNOWN).toBe(unknownValue);
});
