import { open } from "node:fs/promises";

/** What the header of a qcow2 says of the disk, as far as it decides whether and how the disk may be read. */
export interface Qcow2Header {
  readonly virtualBytes: number;
  readonly backingFile: boolean;
  readonly dataFile: boolean;
  readonly encrypted: boolean;
  readonly corrupt: boolean;
}

const magic = 0x514649fb; // "QFI\xfb"
const headerBytes = 104;
/** Incompatible feature bits, which only version 3 has. */
const corruptBit = 1n << 1n;
const dataFileBit = 1n << 2n;

/**
 * Reads the header by ourselves: qemu-img would open a backing or data file, wherever it lies, before it could say that
 * there is one. @returns undefined when the file is no qcow2.
 */
export async function readQcow2Header(file: string): Promise<Qcow2Header | undefined> {
  const header = Buffer.alloc(headerBytes);
  const handle = await open(file, "r");
  try {
    const { bytesRead } = await handle.read(header, 0, headerBytes, 0);
    if (bytesRead < 72 || header.readUInt32BE(0) !== magic) return undefined;
  } finally {
    await handle.close();
  }
  const features = header.readUInt32BE(4) >= 3 ? header.readBigUInt64BE(72) : 0n;
  return {
    virtualBytes: Number(header.readBigUInt64BE(24)),
    backingFile: header.readBigUInt64BE(8) !== 0n,
    dataFile: (features & dataFileBit) !== 0n,
    encrypted: header.readUInt32BE(32) !== 0,
    corrupt: (features & corruptBit) !== 0n,
  };
}
