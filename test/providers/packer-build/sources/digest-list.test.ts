import fc from "fast-check";
import { expect, test } from "vitest";
import { listedDigests } from "#providers/packer-build/sources/digest-list";

const digit = fc.constantFrom(..."0123456789abcdef");
const digest = fc.constantFrom(64, 128).chain((length) => fc.string({ unit: digit, minLength: length, maxLength: length }));
const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);

test("every digest of a list is found, in each of the forms that publishers use", () => {
  const entry = fc.record({ digest, name, form: fc.constantFrom("text", "binary", "bsd") });
  fc.assert(fc.property(fc.array(entry), (entries) => {
    const text = entries.map(({ digest, name, form }) => (form === "bsd" ? `SHA${digest.length * 4} (${name}) = ${digest}` : `${digest} ${form === "text" ? " " : "*"}${name}`)).join("\n");
    expect(listedDigests(text)).toEqual(entries.map(({ digest, name }) => ({ digest, name })));
  }));
});

test("digests within other text do not count", () => {
  const sha256 = "0".repeat(64);
  expect(listedDigests(`# ${sha256}  a.iso\n x${sha256}  a.iso\n${sha256}0  a.iso\n${sha256}`)).toEqual([]);
});
