/** Records of a tar archive are made of blocks of this length. */
export const blockBytes = 512;

export interface TarMember {
  /** At most 100 bytes: there is no need for more here. */
  readonly name: string;
  readonly bytes: number;
}

/** Midnight of 1 January 1980: the same whenever it is written, and a date that FAT and ZIP know too. */
const mtime = 315_532_800;

/** The header of a regular file in POSIX's ustar: mode 644, owned by root, of no particular date. */
export function ustarHeader(member: TarMember): Buffer {
  const header = commonHeader(member, "0");
  header.write("ustar\0" + "00", 257, "latin1");
  return withChecksum(header);
}

/** Fills what ustar and oldgnu have alike; the checksum is still missing. */
export function commonHeader({ name, bytes }: TarMember, type: string): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for a member of a tar archive`);
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, "utf8");
  header.write("0000644\0" + "0000000\0" + "0000000\0", 100, "latin1");
  writeNumber(header, bytes, 124);
  writeNumber(header, mtime, 136);
  header.write(type, 156, "latin1");
  header.write("root", 265, "latin1");
  header.write("root", 297, "latin1");
  return header;
}

/** Twelve bytes in octal, or from 8 GiB on GNU's binary form, which every reader of large archives knows. */
export function writeNumber(header: Buffer, value: number, at: number): void {
  if (value < 8 ** 11) {
    header.write(value.toString(8).padStart(11, "0"), at, "latin1");
    return;
  }
  header.writeUInt32BE(0x8000_0000, at);
  header.writeBigUInt64BE(BigInt(value), at + 4);
}

export function withChecksum(header: Buffer): Buffer {
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** Zeros that fill a member up to whole blocks. */
export function paddingOf(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}

/** Two blocks of zeros end an archive. */
export const archiveEnd = Buffer.alloc(2 * blockBytes);
