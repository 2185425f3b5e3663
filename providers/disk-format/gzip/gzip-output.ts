import { constants, crc32, deflateRawSync } from "node:zlib";
import type { DiskMap } from "#providers/shared/disk/disk";
import type { DeflatedPart, DeflateTask } from "#providers/disk-format/deflate/deflate-worker";
import { diskWindow } from "#providers/disk-format/deflate/disk-window";
import { inWorkers } from "#providers/disk-format/deflate/in-workers";
import { combineCrc32 } from "#providers/disk-format/gzip/combine-crc32";
import { historyOf } from "#providers/disk-format/gzip/history";
import type { HashedOutput } from "#providers/disk-format/hashed-output";

export interface GzipOptions {
  readonly signal: AbortSignal;
  /** Called with how many of a file's bytes are written. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * zlib's level. Measured on disks of operating systems, with parts of this size in worker threads: as small as pigz -6
 * within one part in fifty, in three quarters of its time. Higher levels of Node's zlib take half as much time again, and
 * more, for two parts in a thousand.
 */
const level = 6;
const partBytes = 1024 * 1024;

const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]); // no time, no system
const lastBlock = Buffer.from([3, 0]);

/** One gzip member, as any reader takes it, from parts that were deflated side by side. */
export class GzipOutput {
  private readonly output: HashedOutput;
  private readonly options: GzipOptions;
  private checksum = 0;
  private length = 0;

  private constructor(output: HashedOutput, options: GzipOptions) {
    this.output = output;
    this.options = options;
  }

  static async begin(output: HashedOutput, options: GzipOptions): Promise<GzipOutput> {
    await output.append(header);
    return new GzipOutput(output, options);
  }

  /** For what is short: a header, a small file. */
  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    await this.add({ bytes: deflateRawSync(bytes, { level, finishFlush: constants.Z_SYNC_FLUSH }), crc32: crc32(bytes), length: bytes.length });
  }

  /** A whole disk, or any file that a map describes. */
  async appendDisk(map: DiskMap): Promise<void> {
    let done = 0;
    for await (const part of inWorkers("deflatePart", partTasks(map), { taskBytes: partBytes, signal: this.options.signal })) {
      await this.add(part);
      done += part.length;
      this.options.onProgress?.(done);
    }
  }

  async end(): Promise<void> {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.checksum, 0);
    trailer.writeUInt32LE(this.length % 2 ** 32, 4);
    await this.output.append(Buffer.concat([lastBlock, trailer]));
  }

  private async add({ bytes, crc32: checksum, length }: DeflatedPart): Promise<void> {
    this.checksum = combineCrc32(this.checksum, checksum, length);
    this.length += length;
    await this.output.append(bytes);
  }
}

function* partTasks(map: DiskMap): Generator<DeflateTask> {
  for (let start = 0; start < map.virtualBytes; start += partBytes) {
    const length = Math.min(partBytes, map.virtualBytes - start);
    const before = historyOf({ start });
    yield { start, length, level, map: diskWindow(map, { start: start - before, length: before + length }) };
  }
}
