import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";

const block = 512;
const gib = 2 ** 30;

/**
 * What Compute Engine looks at in an archive: one member, `disk.raw`, sparse in GNU's old format or not, of whole GiB.
 * @returns bytes of the disk, or what is wrong.
 */
export async function readDiskArchive(archive: Buffer): Promise<{ bytes: number } | { fault: string }> {
  let bytes = 0;
  try {
    const blocks = new Blocks(Readable.from([archive]).pipe(createGunzip({ chunkSize: 2 ** 20 })));
    for (let members = 0; ; members++) {
      const header = await blocks.next();
      if (!header || header.every((byte) => byte === 0)) return members === 1 ? verdict(bytes) : { fault: `the archive has ${members} members, not one` };
      if (members > 0) return { fault: "the archive has more than one member" };
      const name = text(header, 0, 100);
      const type = String.fromCharCode(header[156]!);
      if (name !== "disk.raw") return { fault: `the member is ${name}, not disk.raw` };
      if (!["0", "\0", "S"].includes(type)) return { fault: `the member disk.raw has the type ${JSON.stringify(type)}: neither a file nor GNU's old sparse one` };
      if (text(header, 257, 8) !== "ustar  ") return { fault: "the archive is not in GNU's format (tar --format=oldgnu)" };
      bytes = number(header, type === "S" ? 483 : 124);
      if (type === "S" && header[482]) while ((await blocks.next())?.[504]); // more of its map
      await blocks.skip(Math.ceil(number(header, 124) / block));
    }
  } catch (error) {
    return { fault: `it is no archive of gzip and tar: ${(error as Error).message}` };
  }
}

function verdict(bytes: number): { bytes: number } | { fault: string } {
  return bytes > 0 && bytes % gib === 0 ? { bytes } : { fault: `disk.raw has ${bytes} bytes, which are no whole GiB` };
}

function text(header: Buffer, at: number, length: number): string {
  return header.toString("latin1", at, at + length).replace(/\0.*$/s, "");
}

/** Octal digits, or for what they are too few for: a number with the first bit set. */
function number(header: Buffer, at: number): number {
  if (header[at]! & 0x80) return Number(header.readBigUInt64BE(at + 4));
  return Number.parseInt(text(header, at, 12).trim() || "0", 8);
}

class Blocks {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** @returns undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    while (this.#rest.length < block) {
      const { value, done } = await this.#chunks.next();
      if (done) return undefined;
      this.#rest = Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, block);
    this.#rest = this.#rest.subarray(block);
    return taken;
  }

  async skip(blocks: number): Promise<void> {
    let left = blocks * block;
    while (left > 0) {
      const taken = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(taken);
      left -= taken;
      if (left === 0) return;
      const { value, done } = await this.#chunks.next();
      if (done) throw new Error("the member disk.raw is cut short");
      this.#rest = value;
    }
  }
}
