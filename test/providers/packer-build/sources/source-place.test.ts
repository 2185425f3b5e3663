import { expect, test } from "vitest";
import { shownUrl, sourcePlace } from "#providers/packer-build/sources/source-place";

test("absolute paths, file URLs and http(s) URLs are places", () => {
  expect(sourcePlace("/isos/a.iso", "x")).toEqual({ kind: "file", path: "/isos/a.iso" });
  expect(sourcePlace("file:///isos/a%20b.iso", "x")).toEqual({ kind: "file", path: "/isos/a b.iso" });
  expect(sourcePlace("https://example.org/a.iso", "x")).toMatchObject({ kind: "http" });
});

test.each(["isos/a.iso", "./a.iso", "ftp://example.org/a.iso", "", "file://server/a.iso"])("%j is none", (text) => {
  expect(() => sourcePlace(text, "prepare the source of debian-12")).toThrow(/cannot prepare the source of debian-12.*absolute path/s);
});

test("what is shown of a URL has no credentials and no query", () => {
  expect(shownUrl(new URL("https://user:pw@example.org/a.iso?sig=secret#x"))).toBe("https://example.org/a.iso?...");
});
