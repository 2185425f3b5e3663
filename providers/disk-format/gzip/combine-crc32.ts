/** CRC-32's polynomial, bits reversed. */
const polynomial = 0xedb8_8320;

/** The CRC-32 of two texts after each other, from that of each and the length of the second one in bytes. */
export function combineCrc32(first: number, second: number, length: number): number {
  return (multiply(powerOfX(length), first) ^ second) >>> 0;
}

/** Product of two polynomials over GF(2), modulo CRC-32's. The highest bit is the constant term. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0x8000_0000, power = b; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= power;
    power = power & 1 ? (power >>> 1) ^ polynomial : power >>> 1;
  }
  return product >>> 0;
}

/** x^(8 · bytes): what so many bytes more do to a remainder. */
function powerOfX(bytes: number): number {
  let result = 0x8000_0000; // x^0
  for (let rest = bytes, square = 0x0080_0000 /* x^8 */; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}
