import type { Extent } from "#providers/shared/disk/disk";
import type { ByteReader } from "#providers/disk-format/tar/byte-reader";
import { blockBytes } from "#providers/disk-format/tar/tar-header";

export interface SparseFile {
  readonly name: string;
  readonly realBytes: number;
  readonly extents: readonly Extent[];
}

/** Reads the header of an oldgnu sparse file from an archive's beginning. @returns undefined where there is none. */
export async function readSparseHeader(reader: ByteReader): Promise<SparseFile | undefined> {
  const header = await reader.read(blockBytes);
  if (header.length < blockBytes || header.toString("latin1", 156, 157) !== "S" || !sumFits(header)) return undefined;
  const extents = entriesOf(header.subarray(386, 482));
  for (let more = header[482] !== 0; more; ) {
    const block = await reader.read(blockBytes);
    if (block.length < blockBytes) return undefined;
    extents.push(...entriesOf(block.subarray(0, 504)));
    more = block[504] !== 0;
  }
  const name = header.toString("utf8", 0, 100).replace(/\0.*$/, "");
  return { name, realBytes: numberAt(header, 483), extents: extents.filter(({ length }) => length > 0) };
}

function entriesOf(bytes: Buffer): Extent[] {
  const entries: Extent[] = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0; at += 24) entries.push({ start: numberAt(bytes, at), length: numberAt(bytes, at + 12) });
  return entries;
}

function numberAt(bytes: Buffer, at: number): number {
  if (bytes[at]! & 0x80) return Number(bytes.readBigUInt64BE(at + 4));
  return parseInt(bytes.toString("latin1", at, at + 12), 8);
}

/** The checksum counts its own place as spaces. */
function sumFits(header: Buffer): boolean {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return sum === parseInt(header.toString("latin1", 148, 156), 8);
}
