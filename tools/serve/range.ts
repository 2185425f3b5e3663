/** Bytes `start` to `end`, both included, of a file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header as RFC 9110 has it, for a file of `size` bytes. Several ranges at once may be ignored, and are.
 * (sirv, as its source reads: answers `bytes=0-0` with the whole file, takes `bytes=-500` for the first 501 bytes, and reads all of a
 * file to answer HEAD. Resumed downloads must not depend on that.)
 * @returns undefined to send everything, `unsatisfiable` for 416.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? "");
  const [first, last] = [match?.[1], match?.[2]];
  if (first === undefined || last === undefined || (first === "" && last === "")) return undefined;
  if (first === "") return suffix(Number(last), size);
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined; // malformed: as if it were not there
  return start < size ? { start, end } : "unsatisfiable";
}

function suffix(length: number, size: number): ByteRange | "unsatisfiable" {
  if (length === 0 || size === 0) return "unsatisfiable";
  return { start: Math.max(0, size - length), end: size - 1 };
}
