import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { parseDocument } from "#providers/seal/parse-document";
import { recordText } from "#providers/seal/record-text";
import { parseSums, sumsText } from "#providers/seal/sums";

const sums = fc.uniqueArray(fc.record({
  name: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._+-]{0,20}$/),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
}), { selector: ({ name }) => name, minLength: 1, maxLength: 8 });

test("a list of sums is read as it was written, in whatever order it was given", () => {
  fc.assert(fc.property(sums, (list) => {
    const text = sumsText(list);
    expect(parseSums(text)).toHaveLength(list.length);
    expect(sumsText(list.toReversed())).toBe(text);
    expect(new Map(parseSums(text)!.map(({ name, sha256 }) => [name, sha256]))).toEqual(new Map(list.map(({ name, sha256 }) => [name, sha256])));
  }));
});

test("a list of sums has one spelling", () => {
  const line = (name: string) => `${"a".repeat(64)}  ${name}\n`;
  expect(parseSums(line("a") + line("b"))).toHaveLength(2);
  for (const text of ["", "\n", line("b") + line("a"), line("a") + line("a"), line("a").trimEnd(), line("a").replace("  ", " *"), line("../a"), `\ufeff${line("a")}`, line("a").replace("\n", "\r\n"), line("a").toUpperCase()]) {
    expect({ text, sums: parseSums(text) }).toEqual({ text, sums: undefined });
  }
});

test("a document is read as it was written, and no other text with the same meaning is accepted", () => {
  const schema = z.looseObject({});
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (given) => {
    // what JSON keeps of it: -0 is 0
    const value = JSON.parse(JSON.stringify(given)) as object;
    const bytes = Buffer.from(recordText(value));
    expect(parseDocument(bytes, schema)).toHaveProperty("value");
    for (const other of [Buffer.concat([bytes, Buffer.from("\n")]), Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]), bytes.subarray(0, -1), Buffer.from(JSON.stringify(value))]) {
      expect(parseDocument(other, schema)).toHaveProperty("problem");
    }
  }));
  for (const text of [`{\n  "a": 1,\n  "a": 1\n}\n`, `{\n  "\\u0061": 1\n}\n`, `{\n  "a": 1.0\n}\n`, "[]\n", "null\n", "1\n"]) expect(parseDocument(Buffer.from(text), schema)).toHaveProperty("problem");
  expect(parseDocument(Buffer.from([0x7b, 0xff, 0x7d]), schema)).toEqual({ problem: expect.stringContaining("not JSON") });
});
