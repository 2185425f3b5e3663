import { createReadStream } from "node:fs";
import { rm, type FileHandle } from "node:fs/promises";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { FormatJob } from "#providers/disk-format/format-writer";
import { GzipOutput } from "#providers/disk-format/gzip/gzip-output";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { compareLayer } from "#providers/disk-format/layer/compare-layer";
import type { LayerContent } from "#providers/disk-format/layer/layer-content";
import { writeLayer } from "#providers/disk-format/layer/write-layer";

/** Where a compressed archive lies within the artifact, and the digests of both forms. */
export interface PackedLayer {
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the archive before it was compressed. */
  readonly plainSha256: string;
  readonly plainBytes: number;
}

/**
 * Writes an image's files as tar.gz to a place in the artifact. The archive is a file of its own meanwhile, as worker threads
 * compress its parts side by side; it is gone afterwards.
 */
export async function packLayer(job: FormatJob, content: LayerContent, handle: FileHandle, offset: number): Promise<PackedLayer> {
  const { progress, signal } = job;
  const path = join(job.dir, `${job.artifact}.files`);
  const share = (text: string, part: number): void => progress.say(`${progress.step}, ${text} ${Math.floor(part * 100)} %`);
  try {
    const layer = await writeLayer(await job.tree(), path, { content, signal, onProgress: (part) => share("read files", part) });
    const output = new HashedOutput(handle, offset, createHash("sha256"));
    const gzip = await GzipOutput.begin(output, { signal, onProgress: (bytes) => share("compress", bytes / layer.bytes) });
    await gzip.appendDisk(layer.map);
    await gzip.end();
    return { offset, bytes: output.bytes, sha256: output.digest(), plainSha256: layer.sha256, plainBytes: layer.bytes };
  } finally {
    await rm(path, { force: true });
  }
}

/** Unpacks what was written, in a stream, and compares it with the image. */
export async function checkLayer(job: FormatJob, content: LayerContent, { offset, bytes }: PackedLayer): Promise<void> {
  const path = join(job.dir, job.artifact);
  job.progress.say(`${job.progress.step}, compare`);
  const packed = createReadStream(path, { start: offset, end: offset + bytes - 1, highWaterMark: 2 ** 20 });
  const unpacked = createGunzip({ chunkSize: 2 ** 20 });
  packed.once("error", (error) => unpacked.destroy(error));
  const difference = await compareLayer(packed.pipe(unpacked), await job.tree(), content, job.signal).catch((error: Error) => error.message);
  packed.destroy();
  job.signal.throwIfAborted();
  if (difference === undefined) return;
  throw new FleetError({
    action: `convert ${releaseName(job)} to ${job.format.name}`, place: path, cause: `what was written is not the image: ${difference}`,
    hint: "nothing was stored; check this machine's memory and disk (dmesg), then run `npm run up` again",
  });
}

/** How the record says that it was compared. */
export const compared = { kind: "compared", how: "unpacked in a stream and compared with the image's files, their owners, modes, times and attributes" } as const;
