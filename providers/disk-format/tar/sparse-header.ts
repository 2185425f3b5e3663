import type { Extent } from "#providers/shared/disk/disk";
import { blockBytes, commonHeader, withChecksum, writeNumber } from "#providers/disk-format/tar/tar-header";

export interface SparseMember {
  readonly name: string;
  /** Its length with its holes. */
  readonly realBytes: number;
  /** Where its data lies, ascending; each but the last a whole number of blocks. */
  readonly extents: readonly Extent[];
}

/** Extents in the header itself, and in each block that continues it. */
const inHeader = 4;
const inBlock = 21;
const entryBytes = 24;

/** The header of a sparse file as `tar --format=oldgnu -S` writes it: the one form that Google Compute Engine reads. */
export function sparseHeader({ name, realBytes, extents }: SparseMember): Buffer {
  const bytes = extents.reduce((sum, { length }) => sum + length, 0);
  const entries = withEnd(extents, realBytes);
  const header = commonHeader({ name, bytes }, "S");
  header.write("ustar  \0", 257, "latin1");
  writeEntries(header, entries.slice(0, inHeader), 386);
  header[482] = entries.length > inHeader ? 1 : 0;
  writeNumber(header, realBytes, 483);
  return Buffer.concat([withChecksum(header), ...continued(entries.slice(inHeader))]);
}

/** A hole at the end is said by an extent of no length. */
function withEnd(extents: readonly Extent[], realBytes: number): Extent[] {
  const last = extents.at(-1);
  return last && last.start + last.length === realBytes ? [...extents] : [...extents, { start: realBytes, length: 0 }];
}

function continued(entries: readonly Extent[]): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < entries.length; at += inBlock) {
    const block = Buffer.alloc(blockBytes);
    writeEntries(block, entries.slice(at, at + inBlock), 0);
    block[inBlock * entryBytes] = at + inBlock < entries.length ? 1 : 0;
    blocks.push(block);
  }
  return blocks;
}

function writeEntries(block: Buffer, entries: readonly Extent[], at: number): void {
  for (const [index, { start, length }] of entries.entries()) {
    writeNumber(block, start, at + index * entryBytes);
    writeNumber(block, length, at + index * entryBytes + 12);
  }
}
