import { open, type FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import type { StoredObject } from "#providers/shared/gcp/storage";
import { fileCrc } from "#providers/gcs-object/file-crc";
import type { Journal } from "#providers/gcs-object/journal";
import { actionOf, askReceived, beginSession, cancelSession, sendChunk, type Received, type Target } from "#providers/gcs-object/session";

export interface Upload extends Target {
  /** The sealed artifact. */
  readonly path: string;
  readonly sha256: string;
  readonly journal: Journal;
  readonly progress: (text: string) => void;
}

export interface Sent {
  readonly object: StoredObject;
  /** CRC-32C of what the file holds. */
  readonly crc: number;
}

/** Chunks are whole multiples of it. */
const unit = 256 * 2 ** 10;
const largestChunk = 16 * 2 ** 20;
/** A run that is killed has a part of one chunk in flight, so a chunk is at most a sixteenth of the whole, where that is a unit or more. */
const chunks = 16;
/** Troubles in a row, without a byte between them that arrived. */
const patience = 6;
const longestPauseMs = 32_000;

/**
 * Sends a file, from where a former run was interrupted. Each chunk has its own time-out; after a trouble it is asked what
 * arrived, and that is not sent again. An upload whose last answer was lost is found finished.
 * @throws GcpError
 */
export async function upload(target: Upload): Promise<Sent> {
  const file = await open(target.path, "r");
  const crc = fileCrc(target.path);
  crc.catch(() => undefined); // said when it is asked for
  try {
    const object = await new Sending(target, file).finish();
    return { object, crc: await crc };
  } finally {
    await file.close();
  }
}

class Sending {
  private readonly target: Upload;
  private readonly file: FileHandle;
  private offset = 0;
  /** Of the last chunk, once nothing sends it any more. */
  private free: Buffer | undefined;
  private troubles = 0;
  constructor(target: Upload, file: FileHandle) {
    this.target = target;
    this.file = file;
  }

  async finish(): Promise<StoredObject> {
    const { target } = this;
    let { session, received } = await this.resumed();
    for (let asked = true; ; ) {
      if ("object" in received) break;
      if ("gone" in received) {
        session = await this.begun();
        [received, asked] = [{ offset: 0 }, true];
      } else if ("trouble" in received) {
        await this.wait(received);
        [received, asked] = [await askReceived(target, session), true];
      } else {
        this.keep(received.offset, asked);
        asked = false;
        received = await this.send(session);
      }
    }
    await target.journal.remove();
    return received.object;
  }

  private async resumed(): Promise<{ session: string; received: Received }> {
    const { target } = this;
    const entry = await target.journal.read();
    const same = entry && entry.sha256 === target.sha256 && entry.bytes === target.bytes && entry.generation === target.generation;
    if (entry && !same) await cancelSession(target.gcp, entry.session);
    if (!entry || !same) return { session: await this.begun(), received: { offset: 0 } };
    const received = await askReceived(target, entry.session);
    if ("offset" in received) target.progress(`going on with an upload that was interrupted: ${percent(received.offset, target.bytes)} had arrived`);
    return { session: entry.session, received };
  }

  private async begun(): Promise<string> {
    const { target } = this;
    this.trouble("the upload's session has ended");
    const session = await beginSession(target);
    await target.journal.write({ session, sha256: target.sha256, bytes: target.bytes, generation: target.generation });
    this.offset = 0;
    return session;
  }

  /** What has arrived need not be what was sent; it is never less than what had arrived before. @param asked Nothing was sent since. */
  private keep(offset: number, asked: boolean): void {
    if (offset < this.offset) throw this.fault(`Cloud Storage has ${offset} bytes of what were ${this.offset}`);
    if (offset === this.offset) {
      if (!asked) this.trouble("Cloud Storage keeps nothing of what it is sent");
      return;
    }
    this.offset = offset;
    this.troubles = 0;
    this.target.progress(`sent ${percent(offset, this.target.bytes)} of ${Math.ceil(this.target.bytes / 2 ** 20)} MiB`);
  }

  private async send(session: string): Promise<Received> {
    const chunk = await this.chunk();
    const received = await sendChunk(this.target, session, this.offset, chunk);
    // after any other answer there may be a connection that still sends it
    if ("offset" in received) this.free = chunk;
    return received;
  }

  private async chunk(): Promise<Buffer> {
    const { bytes } = this.target;
    const size = Math.min(bytes - this.offset, largestChunk, Math.max(1, Math.floor(bytes / chunks / unit)) * unit);
    const chunk = this.free && this.free.length >= size ? this.free.subarray(0, size) : Buffer.allocUnsafeSlow(size);
    this.free = undefined;
    const { bytesRead } = await this.file.read(chunk, 0, chunk.length, this.offset);
    if (bytesRead < chunk.length || chunk.length === 0) throw this.fault("the sealed file became shorter");
    return chunk;
  }

  private async wait({ trouble, afterMs }: Extract<Received, { trouble: string }>): Promise<void> {
    this.trouble(trouble);
    const pause = afterMs ?? Math.min(longestPauseMs, 500 * 2 ** this.troubles) * (0.5 + Math.random() / 2);
    this.target.progress(`${trouble}; going on in ${Math.ceil(pause / 1000)} s`);
    await sleep(pause);
  }

  private trouble(cause: string): void {
    if (++this.troubles > patience) throw this.fault(cause);
  }

  private fault(cause: string): GcpError {
    return new GcpError({ action: actionOf(this.target), place: this.target.gcp.place, cause, hint: "run the same command again: it goes on where it was" });
  }
}

function percent(part: number, whole: number): string {
  return `${Math.floor((part / whole) * 100)} %`;
}
