/** Bytes of the footer at the end of a fixed VHD. */
export const footerBytes = 512;

export interface FooterFacts {
  /** Size of the disk. */
  readonly bytes: number;
  /** 16 bytes. */
  readonly id: Uint8Array;
  /** `YYYY-MM-DD`: the time stamp is its midnight, UTC. */
  readonly date: string;
}

const fixedDisk = 2;
const sectorBytes = 512;
/** 2000-01-01, from which the time stamp counts seconds. */
const firstMoment = Date.UTC(2000, 0, 1);

/** The footer of a fixed VHD, by the Virtual Hard Disk Image Format Specification 1.0. Everything is big-endian. */
export function vhdFooter({ bytes, id, date }: FooterFacts): Buffer {
  const footer = Buffer.alloc(footerBytes);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8); // features: the reserved bit, which is always set
  footer.writeUInt32BE(0x0001_0000, 12); // version of the format
  footer.fill(0xff, 16, 24); // no further header: the disk is fixed
  footer.writeUInt32BE(Math.max(0, (Date.parse(date) - firstMoment) / 1000), 24);
  // A creator from which readers learn that the size counts and not the geometry, which can't express every whole MiB:
  // what `qemu-img -o force_size=on` writes.
  footer.write("qem2", 28, "latin1");
  footer.writeUInt32BE(0x0005_0003, 32);
  footer.write("Wi2k", 36, "latin1");
  footer.writeBigUInt64BE(BigInt(bytes), 40); // original size
  footer.writeBigUInt64BE(BigInt(bytes), 48); // current size
  const { cylinders, heads, sectors } = geometry(bytes);
  footer.writeUInt16BE(cylinders, 56);
  footer.writeUInt8(heads, 58);
  footer.writeUInt8(sectors, 59);
  footer.writeUInt32BE(fixedDisk, 60);
  footer.set(id, 68);
  footer.writeUInt32BE(checksum(footer), 64);
  return footer;
}

/** One's complement of the sum of all bytes, its own taken as zero. */
export function checksum(footer: Buffer): number {
  const sum = footer.reduce((total, byte, index) => (index >= 64 && index < 68 ? total : total + byte), 0);
  return ~sum >>> 0;
}

/** Cylinders, heads and sectors per track, by the specification's appendix: for readers that still ask. */
export function geometry(bytes: number): { cylinders: number; heads: number; sectors: number } {
  const total = Math.min(Math.floor(bytes / sectorBytes), 65535 * 16 * 255);
  const shape = (heads: number, sectors: number) => ({ cylinders: Math.floor(Math.floor(total / sectors) / heads), heads, sectors });
  if (total >= 65535 * 16 * 63) return shape(16, 255);
  const tracks = Math.floor(total / 17);
  const heads = Math.max(4, Math.ceil(tracks / 1024));
  if (heads <= 16 && tracks < heads * 1024) return shape(heads, 17);
  return Math.floor(total / 31) < 16 * 1024 ? shape(16, 31) : shape(16, 63);
}
