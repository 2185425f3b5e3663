import type { Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** Bytes appended to a region of a file, and hashed on their way: what is written is never read again for its digest. */
export class HashedOutput {
  /** Bytes written so far. */
  bytes = 0;
  private readonly handle: FileHandle;
  private readonly start: number;
  private readonly hash: Hash | undefined;

  constructor(handle: FileHandle, start: number, hash?: Hash) {
    this.handle = handle;
    this.start = start;
    this.hash = hash;
  }

  async append(bytes: Uint8Array): Promise<void> {
    const writing = writeFully(this.handle, bytes, this.start + this.bytes);
    this.bytes += bytes.length;
    this.hash?.update(bytes); // while the system writes
    await writing;
  }

  /** Lower-case hexadecimal; ends the hashing. */
  digest(): string {
    if (!this.hash) throw new TypeError("this output is not hashed");
    return this.hash.digest("hex");
  }
}

/** A write of a file may take less than it was given: the next one then says why. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
