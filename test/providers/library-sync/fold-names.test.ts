import fc from "fast-check";
import { expect, test } from "vitest";
import { foldNames, unfoldNames } from "#providers/library-sync/fold-names";

test("releases of an image share its name", () => {
  expect(foldNames(["rocky-9-2026.1101.1", "debian-12-2026.1101.2", "debian-12-2026.1015.1"])).toBe("debian-12-2026.{1015.1,1101.2} rocky-9-2026.1101.1");
  expect(foldNames(["a-2026.1101.2", "a-2026.1101.12"])).toBe("a-2026.1101.{12,2}");
  expect(foldNames([])).toBe("");
  expect(unfoldNames("")).toEqual([]);
});

test("any names are folded and unfolded, whatever their order", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}-20[0-9]{2}\.[0-9]{3,4}\.[0-9]{1,2}$/);
  fc.assert(fc.property(fc.array(name), (names) => {
    const text = foldNames(names);
    expect(unfoldNames(text).sort()).toEqual([...new Set(names)].sort());
    expect(foldNames([...names].reverse())).toBe(text);
  }));
});
