import type { Hash } from "node:crypto";
import { open } from "node:fs/promises";
import { HashedOutput, writeFully } from "#providers/disk-format/hashed-output";
import { archiveEnd, blockBytes, paddingOf, ustarHeader } from "#providers/disk-format/tar/tar-header";

/** A small file before the disk whose content is known only when the disk is written. */
export interface LeadingFile {
  readonly name: string;
  /** How long it will be: room for it is left. */
  readonly bytes: number;
}

export interface ApplianceTar<Result> {
  readonly path: string;
  readonly leading: readonly LeadingFile[];
  /** Name of the disk within the archive. */
  readonly disk: string;
  readonly hash?: Hash;
  /** Writes the disk to its final place. */
  writeDisk(output: HashedOutput): Promise<Result>;
  /** Contents of the leading files, in their order and of the promised lengths. */
  describe(result: Result, disk: HashedOutput): readonly Buffer[];
}

/** Where the disk lies within the archive. */
export interface DiskRange<Result> {
  readonly offset: number;
  readonly bytes: number;
  readonly result: Result;
}

/**
 * A tar whose first members describe its last one, the disk. The disk is written in place, once, and what comes before it is
 * filled in afterwards: there is never a second copy of the disk.
 */
export async function writeApplianceTar<Result>({ path, leading, disk, hash, writeDisk, describe }: ApplianceTar<Result>): Promise<DiskRange<Result>> {
  const offset = leading.reduce((sum, { bytes }) => sum + blockBytes + bytes + paddingOf(bytes).length, 0) + blockBytes;
  const handle = await open(path, "wx");
  try {
    const output = new HashedOutput(handle, offset, hash);
    const result = await writeDisk(output);
    const head: Buffer[] = [];
    for (const [index, content] of describe(result, output).entries()) {
      const { name, bytes } = leading[index]!;
      if (content.length !== bytes) throw new RangeError(`${name} has ${content.length} bytes, room was left for ${bytes}`);
      head.push(ustarHeader({ name, bytes }), content, paddingOf(bytes));
    }
    await writeFully(handle, Buffer.concat([...head, ustarHeader({ name: disk, bytes: output.bytes })]), 0);
    await writeFully(handle, Buffer.concat([paddingOf(output.bytes), archiveEnd]), offset + output.bytes);
    return { offset, bytes: output.bytes, result };
  } finally {
    await handle.close();
  }
}
