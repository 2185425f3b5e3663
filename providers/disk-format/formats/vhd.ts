import { open } from "node:fs/promises";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { convertDisk } from "#providers/disk-format/convert-disk";
import { derivedId } from "#providers/disk-format/derived-id";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { footerBytes, vhdFooter } from "#providers/disk-format/vhd-footer";

const mib = 2 ** 20;
/** Where the format's 32-bit sector numbers end. */
const mostBytes = 2040 * 2 ** 30;

/** A fixed VHD whose size is a whole number of MiB, as Azure wants it: the raw disk, zeros up to the MiB, the footer. */
export const vhd: FormatWriter = {
  kind: "vhd",
  needs: ["qemu-img"],
  async write(job) {
    const bytes = Math.ceil(job.map.virtualBytes / mib) * mib;
    if (bytes > mostBytes) throw tooLarge(job);
    const { sha256 } = job.build.disk;
    const footer = vhdFooter({ bytes, id: derivedId(sha256, "vhd disk"), date: job.build.epoch });
    const handle = await open(await convertDisk(job, "raw"), "r+");
    try {
      await handle.truncate(bytes);
      await handle.write(footer, 0, footerBytes, bytes);
    } finally {
      await handle.close();
    }
    return { readable: { kind: "disk", driver: "vpc" }, facts: { virtualBytes: bytes } };
  },
};

function tooLarge({ image, version, map }: FormatJob): FleetError {
  return new FleetError({
    action: `convert ${releaseName({ image, version })} to vhd`,
    cause: `the disk has ${Math.ceil(map.virtualBytes / 2 ** 30)} GiB, a VHD at most 2040`,
    hint: "give the image a smaller disk (disk_size in its facts), or its site the format vhdx",
  });
}
