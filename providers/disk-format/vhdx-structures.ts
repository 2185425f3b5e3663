import { crc32c } from "#providers/shared/crc32c";

/**
 * The structures of a VHDX file, by [MS-VHDX]. Everything is little-endian, every object lies at whole MiB:
 *
 *     0      header section: identifier, two headers, two copies of the region table, 64 KiB each
 *     1 MiB  log, empty
 *     2 MiB  block allocation table
 *            metadata: 1 MiB
 *            payload blocks, in order of the disk
 */
export interface VhdxLayout {
  readonly virtualBytes: number;
  readonly blockBytes: number;
  readonly tableOffset: number;
  readonly tableBytes: number;
  readonly metadataOffset: number;
  readonly payloadOffset: number;
}

/** UUIDs of 16 bytes each, in the order of RFC 9562. */
export interface VhdxIds {
  readonly fileWrite: Uint8Array;
  readonly dataWrite: Uint8Array;
  readonly disk: Uint8Array;
}

const kib = 1024;
const mib = kib * kib;
const logOffset = mib;
const logBytes = mib;
/** More blocks than this would make a table of many MiB, most of it about holes. */
const mostBlocks = 2 ** 20;
const logicalSectorBytes = 512;
const physicalSectorBytes = 4096;
/** Sectors that one block of the sector bitmap speaks of; its entry in the table follows those of its payload blocks. */
const chunkSectors = 2 ** 23;

/** A block is 1 MiB, which keeps a sparse ext4 small, and as much larger as a huge disk needs. */
export function vhdxLayout(virtualBytes: number): VhdxLayout {
  let blockBytes = mib;
  while (virtualBytes / blockBytes > mostBlocks) blockBytes *= 2;
  const blocks = Math.ceil(virtualBytes / blockBytes);
  const entries = Math.max(1, blocks === 0 ? 0 : entryOf(blocks - 1, blockBytes) + 1);
  const tableBytes = Math.ceil((entries * 8) / mib) * mib;
  const tableOffset = logOffset + logBytes;
  const metadataOffset = tableOffset + tableBytes;
  return { virtualBytes, blockBytes, tableOffset, tableBytes, metadataOffset, payloadOffset: metadataOffset + mib };
}

/** Index of a payload block's entry in the table. */
function entryOf(block: number, blockBytes: number): number {
  const perChunk = (chunkSectors * logicalSectorBytes) / blockBytes;
  return block + Math.floor(block / perChunk);
}

const states = { zero: 2n, fullyPresent: 6n } as const;

/**
 * The block allocation table: all blocks are zeros but the given ones, which lie one after the other. "Not present" would be
 * the usual state of a hole, yet leaves its contents undefined.
 * @param present Indexes of the blocks that are in the file, in the order in which they lie there.
 */
export function vhdxTable(layout: VhdxLayout, present: readonly number[]): Buffer {
  const { blockBytes, payloadOffset, tableBytes, virtualBytes } = layout;
  const table = Buffer.alloc(tableBytes);
  const blocks = Math.ceil(virtualBytes / blockBytes);
  for (let block = 0; block < blocks; block++) table.writeBigUInt64LE(states.zero, entryOf(block, blockBytes) * 8);
  // The offset in MiB begins at bit 20, so an offset in bytes needs no shifting.
  present.forEach((block, place) => table.writeBigUInt64LE(BigInt(payloadOffset + place * blockBytes) | states.fullyPresent, entryOf(block, blockBytes) * 8));
  return table;
}

/** The first 320 KiB. */
export function vhdxHeaderSection(layout: VhdxLayout, ids: VhdxIds): Buffer {
  const section = Buffer.alloc(320 * kib);
  section.write("vhdxfile", 0, "latin1");
  section.write("imagefleet", 8, "utf16le");
  section.set(header(1n, ids), 64 * kib);
  section.set(header(2n, ids), 128 * kib);
  const regions = regionTable(layout);
  section.set(regions, 192 * kib);
  section.set(regions, 256 * kib);
  return section;
}

function header(sequence: bigint, { fileWrite, dataWrite }: VhdxIds): Buffer {
  const bytes = Buffer.alloc(4 * kib);
  bytes.write("head", 0, "latin1");
  bytes.writeBigUInt64LE(sequence, 8);
  bytes.set(guid(fileWrite), 16);
  bytes.set(guid(dataWrite), 32);
  bytes.writeUInt16LE(1, 66); // version; the id of the log before it stays zero: there is nothing to replay
  bytes.writeUInt32LE(logBytes, 68);
  bytes.writeBigUInt64LE(BigInt(logOffset), 72);
  return withChecksum(bytes);
}

function regionTable({ tableOffset, tableBytes, metadataOffset }: VhdxLayout): Buffer {
  const bytes = Buffer.alloc(64 * kib);
  bytes.write("regi", 0, "latin1");
  const regions = [
    { id: "2DC27766-F623-4200-9D64-115E9BFD4A08", offset: tableOffset, length: tableBytes },
    { id: "8B7CA206-4790-4B9A-B8FE-575F050F886E", offset: metadataOffset, length: mib },
  ];
  bytes.writeUInt32LE(regions.length, 8);
  regions.forEach(({ id, offset, length }, index) => {
    const at = 16 + index * 32;
    bytes.set(guid(uuid(id)), at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 16);
    bytes.writeUInt32LE(length, at + 24);
    bytes.writeUInt32LE(1, at + 28); // a reader must know it
  });
  return withChecksum(bytes);
}

const isVirtualDisk = 2;
const isRequired = 4;

/** The metadata region's table and, behind it, the items. */
export function vhdxMetadata({ virtualBytes, blockBytes }: VhdxLayout, ids: VhdxIds): Buffer {
  const items = [
    { id: "CAA16737-FA36-4D43-B3B6-33F0AA44E76B", value: unsigned(8, blockBytes), flags: isRequired },
    { id: "2FA54224-CD1B-4876-B211-5DBED83BF4B8", value: unsigned(8, virtualBytes), flags: isRequired | isVirtualDisk },
    { id: "BECA12AB-B2E6-4523-93EF-C309E000C746", value: guid(ids.disk), flags: isRequired | isVirtualDisk },
    { id: "8141BF1D-A96F-4709-BA47-F233A8FAAB5F", value: unsigned(4, logicalSectorBytes), flags: isRequired | isVirtualDisk },
    { id: "CDA348C7-445D-4471-9CC9-E9885251C556", value: unsigned(4, physicalSectorBytes), flags: isRequired | isVirtualDisk },
  ];
  const bytes = Buffer.alloc(65 * kib);
  bytes.write("metadata", 0, "latin1");
  bytes.writeUInt16LE(items.length, 10);
  let offset = 64 * kib;
  items.forEach(({ id, value, flags }, index) => {
    const at = 32 + index * 32;
    bytes.set(guid(uuid(id)), at);
    bytes.writeUInt32LE(offset, at + 16);
    bytes.writeUInt32LE(value.length, at + 20);
    bytes.writeUInt32LE(flags, at + 24);
    bytes.set(value, offset);
    offset += value.length;
  });
  return bytes;
}

function unsigned(length: 4 | 8, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, length);
}

function uuid(text: string): Buffer {
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

/** A UUID as Windows stores it: its first three fields are numbers, and so little-endian. */
function guid(id: Uint8Array): Buffer {
  const bytes = Buffer.from(id);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** Over the whole structure, with the checksum's own four bytes as zeros. */
function withChecksum(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32c(bytes), 4);
  return bytes;
}
