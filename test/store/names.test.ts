import fc from "fast-check";
import { expect, test } from "vitest";
import { releaseName } from "#model/release";
import { Layout } from "#store/layout";
import { isPlainName, parseReleaseName } from "#store/names";
import { openStore } from "#store/open";

const layout = new Layout("/store");
const anything = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(".", "/", "a", "@", "\\", "\0", "-", "1") }));

test("whatever the names, a path stays below its folder or is refused", () => {
  fc.assert(
    fc.property(anything, anything, anything, (image, format, file) => {
      const version = "2026.1101.1";
      if ([image, format, file].every(isPlainName)) {
        expect(layout.artifact({ image, version }, `formats/${format}`, file)).toBe(`/store/images/${image}/${version}/formats/${format}/${file}`);
      } else {
        expect(() => layout.artifact({ image, version }, `formats/${format}`, file)).toThrow(/cannot use/);
      }
    }),
  );
});

test.each(["..", ".", "", ".hidden", "a/b", "a@b", "-rf", "a\0", "a b", "x".repeat(129)])("%j is no plain name", (name) => {
  expect(isPlainName(name)).toBe(false);
});

test("a release's name is read back as it was written", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/), fc.integer({ min: 1, max: 9999 }), (image, serial) => {
      const id = { image, version: `2026.1101.${serial}` };
      expect(parseReleaseName(releaseName(id))).toEqual(id);
    }),
  );
  for (const text of ["debian-12", "debian-12@", "@2026.1101.1", "debian-12@1", "../x@2026.1101.1"]) expect(parseReleaseName(text)).toBeUndefined();
});

test("only a directory, by its absolute path, can be opened; a URL's credentials stay out of the message", () => {
  expect(openStore("/somewhere/").location).toBe("/somewhere");
  expect(() => openStore("store")).toThrow(/its path is not absolute/);
  expect(() => openStore("s3://key:secret@bucket/x")).toThrow(/only directories are supported so far, not s3 URLs/);
  expect(() => openStore("s3://key:secret@bucket/x")).not.toThrow(/secret/);
});
