import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { compareSparse } from "#providers/disk-format/tar/compare-sparse";
import { writeSparseArchive } from "#providers/disk-format/tar/write-sparse-archive";

const gib = 2 ** 30;
/** The one name that Compute Engine looks for. */
const name = "disk.raw";

/** `disk.raw` of whole GiB as a sparse file in an oldgnu tar.gz: what Google Compute Engine makes an image from. */
export const gce: FormatWriter = {
  kind: "gce",
  needs: [],
  async write(job) {
    const realBytes = Math.max(1, Math.ceil(job.map.virtualBytes / gib)) * gib;
    const path = join(job.dir, job.artifact);
    await writeSparseArchive(path, { ...job, name, realBytes, onProgress: (part) => job.progress.say(`${job.progress.step}, ${Math.floor(part * 100)} %`) });
    await compare(job, path, realBytes);
    return { readable: { kind: "compared", how: "unpacked in a stream and compared with the disk" }, facts: { virtualBytes: realBytes } };
  },
};

async function compare(job: FormatJob, path: string, realBytes: number): Promise<void> {
  job.progress.say(`${job.progress.step}, compare`);
  const action = `convert ${releaseName(job)} to ${job.format.name}`;
  // A failure of either stream is met by whoever reads the last one.
  const unpacked = pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), createGunzip({ chunkSize: 2 ** 20 }), () => {});
  const difference = await compareSparse(unpacked, { name, realBytes, map: job.map }, job.signal).catch((error: Error) => error.message);
  unpacked.destroy();
  job.signal.throwIfAborted();
  if (difference !== undefined) {
    throw new FleetError({ action, place: path, cause: `what was written is not the disk: ${difference}`, hint: "nothing was stored; check this machine's memory and disk (dmesg), then run `npm run up` again" });
  }
}
