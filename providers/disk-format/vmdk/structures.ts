/** The binary structures of a stream-optimized VMDK, as "Virtual Disk Format 5.0" describes them. */

export const sectorBytes = 512;
export const grainBytes = 64 * 1024;
/** Grains that one grain table covers: 32 MiB of the disk. */
export const tableGrains = 512;

/** Sectors before the first grain: header, descriptor and room. */
export const overheadSectors = 128;
const descriptorSectors = 20;
/** Says that the directory's place is known only at the end, from the footer. */
export const atEnd = 0xffff_ffff_ffff_ffffn;

const flags = 1 /* the line ends below are valid */ | (1 << 16) /* grains are compressed */ | (1 << 17); /* markers */

/** The header, and its repetition as the footer. */
export function sparseHeader({ capacity, directory }: { capacity: number; directory: bigint }): Buffer {
  const header = Buffer.alloc(sectorBytes);
  header.write("KDMV", 0, "latin1");
  header.writeUInt32LE(3, 4); // version
  header.writeUInt32LE(flags, 8);
  header.writeBigUInt64LE(BigInt(capacity), 12);
  header.writeBigUInt64LE(BigInt(grainBytes / sectorBytes), 20);
  header.writeBigUInt64LE(1n, 28); // where the descriptor is
  header.writeBigUInt64LE(BigInt(descriptorSectors), 36);
  header.writeUInt32LE(tableGrains, 44);
  header.writeBigUInt64LE(directory, 56); // after the redundant directory, which there is not
  header.writeBigUInt64LE(BigInt(overheadSectors), 64);
  header.write("\n \r\n", 73, "latin1"); // shows what a transfer as text has spoilt
  header.writeUInt16LE(1, 77); // deflate
  return header;
}

/** Comes before a grain: where in the disk it belongs and how long it is when compressed. */
export function grainMarker(index: number, bytes: number): Buffer {
  const marker = Buffer.alloc(12);
  marker.writeBigUInt64LE(BigInt(index * (grainBytes / sectorBytes)), 0);
  marker.writeUInt32LE(bytes, 8);
  return marker;
}

const kinds = { end: 0, table: 1, directory: 2, footer: 3 } as const;

/** Comes before what is no grain, and ends the stream. */
export function marker(kind: keyof typeof kinds, sectors: number): Buffer {
  const sector = Buffer.alloc(sectorBytes);
  sector.writeBigUInt64LE(BigInt(sectors), 0);
  sector.writeUInt32LE(kinds[kind], 12);
  return sector;
}

/** Sector numbers of grains or of tables, 0 where there is none; padded to whole sectors. */
export function sectorTable(sectors: readonly number[]): Buffer {
  const table = Buffer.alloc(Math.ceil((sectors.length * 4) / sectorBytes) * sectorBytes);
  for (const [index, sector] of sectors.entries()) table.writeUInt32LE(sector, index * 4);
  return table;
}

/** The descriptor's text in its place after the header. */
export function descriptorSection(text: string): Buffer {
  const section = Buffer.alloc(overheadSectors * sectorBytes - sectorBytes);
  if (Buffer.byteLength(text) > descriptorSectors * sectorBytes) throw new RangeError("the descriptor of a VMDK is longer than its place");
  section.write(text, 0, "utf8");
  return section;
}
