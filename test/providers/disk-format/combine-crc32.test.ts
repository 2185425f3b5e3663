import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { combineCrc32 } from "#providers/disk-format/gzip/combine-crc32";

test("the checksum of two texts is that of one after the other", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 3000 }), (first, second) => {
    expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])));
  }));
});

test("of lengths beyond 32 bits too", () => {
  // zeros after a text: by one step, and by many
  const one = combineCrc32(crc32("text"), 0, 2 ** 33 + 6);
  const many = combineCrc32(combineCrc32(combineCrc32(crc32("text"), 0, 2 ** 32), 0, 2 ** 32), 0, 6);
  expect(one).toBe(many);
});
