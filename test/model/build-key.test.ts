import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildKey, canonicalJson, changedInputs, digestOf } from "#model/build-key";

const inputs = fc.dictionary(fc.string({ minLength: 1 }), fc.stringMatching(/^[0-9a-f]{64}$/), { minKeys: 1 });

describe("the build key", () => {
  test("does not depend on the order of its inputs", () => {
    fc.assert(fc.property(inputs, (given) => buildKey(Object.fromEntries(Object.entries(given).reverse())) === buildKey(given)));
  });

  test("changes with any input that changes, goes or comes", () => {
    fc.assert(fc.property(inputs, fc.nat(), (given, pick) => {
      const names = Object.keys(given);
      const name = names[pick % names.length]!;
      const { [name]: _gone, ...without } = given;
      const keys = [given, { ...given, [name]: digestOf(given[name]) }, without, { ...given, [`${name}+`]: given[name]! }].map(buildKey);
      expect(new Set(keys).size).toBe(4);
    }));
  });

  test("is 64 hexadecimal digits and the same on every machine", () => {
    expect(buildKey({ epoch: digestOf("2026-11-01") })).toBe(buildKey({ epoch: digestOf("2026-11-01") }));
    expect(buildKey({})).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("canonical JSON sorts members at every depth, keeps arrays in order, and keeps a member called __proto__", () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }, "x"], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},"x"]}');
  expect(canonicalJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
});

test("changed inputs are named with what happened to each", () => {
  expect(changedInputs({ a: "1", b: "1", c: "1" }, { b: "2", c: "1", d: "1" })).toEqual(["a removed", "b changed", "d added"]);
});
