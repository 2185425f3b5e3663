import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { DiskMap, Extent } from "#providers/shared/disk/disk";
import { nonZeroBlocks } from "#providers/shared/disk/data-blocks";
import { openDisk } from "#providers/shared/disk/open-disk";
import { packedDisk } from "#providers/disk-format/deflate/disk-window";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { GzipOutput } from "#providers/disk-format/gzip/gzip-output";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { compareSparse } from "#providers/disk-format/tar/compare-sparse";
import { sparseHeader } from "#providers/disk-format/tar/sparse-header";
import { archiveEnd } from "#providers/disk-format/tar/tar-header";

const gib = 2 ** 30;
/** The one name that Compute Engine looks for. */
const name = "disk.raw";
/** Zeros in blocks of this size become holes, however the release's file stores them. */
const blockBytes = 64 * 1024;

/** `disk.raw` of whole GiB as a sparse file in an oldgnu tar.gz: what Google Compute Engine makes an image from. */
export const gce: FormatWriter = {
  kind: "gce",
  needs: [],
  async write(job) {
    const realBytes = Math.max(1, Math.ceil(job.map.virtualBytes / gib)) * gib;
    const path = join(job.dir, job.artifact);
    await writeArchive(job, path, realBytes);
    await compare(job, path, realBytes);
    return { readable: { kind: "compared", how: "unpacked in a stream and compared with the disk" }, facts: { virtualBytes: realBytes } };
  },
};

async function writeArchive({ map, signal, progress }: FormatJob, path: string, realBytes: number): Promise<void> {
  const extents = await dataExtents(map, signal);
  const packed = packedDisk(map, extents);
  const handle = await open(path, "wx");
  try {
    const onProgress = (bytes: number): void => progress.say(`${progress.step}, ${Math.floor((bytes / packed.virtualBytes) * 100)} %`);
    const output = await GzipOutput.begin(new HashedOutput(handle, 0), { signal, onProgress });
    await output.append(sparseHeader({ name, realBytes, extents }));
    await output.appendDisk(packed);
    await output.append(archiveEnd);
    await output.end();
  } finally {
    await handle.close();
  }
}

/** Neighbouring blocks are one extent. The header that lists them comes before their bytes, so they are looked for first. */
async function dataExtents(map: DiskMap, signal: AbortSignal): Promise<Extent[]> {
  const extents: { start: number; length: number }[] = [];
  const disk = await openDisk(map);
  try {
    for await (const { start, length } of nonZeroBlocks(disk, blockBytes)) {
      signal.throwIfAborted();
      const last = extents.at(-1);
      if (last && last.start + last.length === start) last.length += length;
      else extents.push({ start, length });
    }
  } finally {
    await disk.close();
  }
  return extents;
}

async function compare(job: FormatJob, path: string, realBytes: number): Promise<void> {
  job.progress.say(`${job.progress.step}, compare`);
  const action = `convert ${releaseName(job)} to ${job.format.name}`;
  const unpacked = createReadStream(path, { highWaterMark: 2 ** 20 }).pipe(createGunzip({ chunkSize: 2 ** 20 }));
  const difference = await compareSparse(unpacked, { name, realBytes, map: job.map }, job.signal).catch((error: Error) => error.message);
  job.signal.throwIfAborted();
  if (difference !== undefined) {
    throw new FleetError({ action, place: path, cause: `what was written is not the disk: ${difference}`, hint: "nothing was stored; check this machine's memory and disk (dmesg), then run `npm run up` again" });
  }
}
