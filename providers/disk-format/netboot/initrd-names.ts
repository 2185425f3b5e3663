import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";

const headerBytes = 110;
const lastName = "TRAILER!!!";
/** No initrd unpacks to more; a damaged one could. */
const maxOutputLength = 1024 * 1024 * 1024;
const unpackers = [
  { magic: Buffer.from("1f8b", "hex"), unpack: promisify<Buffer, object, Buffer>(gunzip) },
  { magic: Buffer.from("28b52ffd", "hex"), unpack: promisify<Buffer, object, Buffer>(zstdDecompress) },
] as const;

/**
 * Names of the files in an initrd: cpio archives, one after another, the last one mostly compressed.
 * @returns undefined where it is compressed in a way that Node does not know (xz, lz4).
 */
export async function initrdNames(initrd: Buffer): Promise<Set<string> | undefined> {
  const names = new Set<string>();
  let at = 0;
  while (at < initrd.length) {
    if (initrd[at] === 0) at++; // what fills the space between two archives
    else if (isHeader(initrd, at)) at = readArchive(initrd, at, names);
    else return unpacked(initrd.subarray(at), names);
  }
  return names;
}

async function unpacked(rest: Buffer, names: Set<string>): Promise<Set<string> | undefined> {
  const found = unpackers.find(({ magic }) => rest.subarray(0, magic.length).equals(magic));
  const inner = await found?.unpack(rest, { maxOutputLength }).catch(() => undefined);
  if (!inner) return undefined;
  let at = 0;
  while (at < inner.length && isHeader(inner, at)) at = readArchive(inner, at, names);
  return names;
}

/** @returns where the archive ends. */
function readArchive(bytes: Buffer, start: number, names: Set<string>): number {
  let at = start;
  while (at + headerBytes <= bytes.length && isHeader(bytes, at)) {
    const size = field(bytes, at + 54);
    const nameSize = field(bytes, at + 94);
    const name = bytes.toString("utf8", at + headerBytes, at + headerBytes + nameSize - 1);
    const content = at + aligned(headerBytes + nameSize);
    at = content + aligned(size);
    if (name === lastName) return at;
    names.add(name.replace(/^\.?\//, ""));
  }
  return bytes.length; // cut off: nothing can follow
}

function isHeader(bytes: Buffer, at: number): boolean {
  return /^07070[12]$/.test(bytes.toString("latin1", at, at + 6));
}

function field(bytes: Buffer, at: number): number {
  return Number.parseInt(bytes.toString("latin1", at, at + 8), 16) || 0;
}

function aligned(length: number): number {
  return Math.ceil(length / 4) * 4;
}
