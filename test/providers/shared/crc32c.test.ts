import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c, crc32cText } from "#providers/shared/crc32c";

/** Bit by bit, as the polynomial has it. */
function slow(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test("the check values of RFC 3720 and of the catalogues of checksums", () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32cText(0xe3069283)).toBe("4waSgw==");
});

test("it is the same wherever the bytes lie in memory, and however they come", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(8), fc.nat(100), (bytes, offset, cut) => {
    const moved = new Uint8Array(offset + bytes.length).subarray(offset);
    moved.set(bytes);
    expect(crc32c(moved)).toBe(slow(bytes));
    expect(crc32c(moved.subarray(cut), crc32c(moved.subarray(0, cut)))).toBe(slow(bytes));
  }));
});
