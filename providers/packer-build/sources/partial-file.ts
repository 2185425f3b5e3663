import { createHash, type Hash } from "node:crypto";
import { open, readFile, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import { z } from "zod";

/** What the server said of the content that the file holds the beginning of. */
const originSchema = z.object({
  url: z.string(),
  /** Strong ETag, or Last-Modified: goes into If-Range. */
  validator: z.string().optional(),
  total: z.number().int().nonnegative().optional(),
});
export type Origin = z.infer<typeof originSchema>;

const readBytes = 1024 * 1024;

/**
 * The beginning of a download, kept across attempts and runs, with the digest of what is there: each byte is hashed as it
 * arrives, and what an earlier run left is hashed once when it is taken up.
 */
export class PartialFile {
  readonly path: string;
  #handle: FileHandle;
  #hash: Hash = createHash("sha256");
  #position = 0;
  #origin: Origin | undefined;
  /** Whether the content came in more than one piece: then pieces of two versions may have met. */
  pieced = false;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Takes up what is at `path`, or starts an empty file. */
  static async open(path: string, signal: AbortSignal, onRead: (bytes: number) => void): Promise<PartialFile> {
    const file = new PartialFile(path, await open(path, "a+", 0o600));
    try {
      file.#origin = await readOrigin(path);
      if (file.#origin) await file.#takeUp(signal, onRead);
      else await file.restart();
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get position(): number {
    return this.#position;
  }
  get origin(): Origin | undefined {
    return this.#origin;
  }

  /** Drops all content; what follows is of the given origin. */
  async restart(origin?: Origin): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash("sha256");
    this.#position = 0;
    this.pieced = false;
    await this.setOrigin(origin);
  }

  async setOrigin(origin: Origin | undefined): Promise<void> {
    this.#origin = origin;
    if (!origin) return rm(originPath(this.path), { force: true });
    const temporary = `${originPath(this.path)}.new`;
    await writeFile(temporary, JSON.stringify(origin));
    await rename(temporary, originPath(this.path));
  }

  async append(chunk: Buffer): Promise<void> {
    await this.#handle.appendFile(chunk);
    this.#hash.update(chunk);
    this.#position += chunk.length;
  }

  /** Waits until all is on the disk and gives the digest of the whole. */
  async finish(): Promise<string> {
    await this.#handle.sync();
    return this.#hash.copy().digest("hex");
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(originPath(this.path), { force: true });
  }

  /** Gives the file its final name, read-only. */
  async moveTo(path: string): Promise<void> {
    await this.#handle.chmod(0o444);
    await rename(this.path, path);
    await rm(originPath(this.path), { force: true });
  }

  async #takeUp(signal: AbortSignal, onRead: (bytes: number) => void): Promise<void> {
    const buffer = Buffer.allocUnsafe(readBytes);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#handle.read(buffer, 0, readBytes, this.#position);
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#position += bytesRead;
      onRead(this.#position);
    }
    this.pieced = this.#position > 0;
  }
}

function originPath(path: string): string {
  return `${path}.json`;
}

async function readOrigin(path: string): Promise<Origin | undefined> {
  try {
    return originSchema.parse(JSON.parse(await readFile(originPath(path), "utf8")));
  } catch {
    return undefined; // without it nothing says what the bytes are: start again
  }
}
