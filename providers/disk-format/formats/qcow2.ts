import { convertDisk } from "#providers/disk-format/convert-disk";
import type { FormatWriter } from "#providers/disk-format/format-writer";

/** A qcow2 of its own, its clusters compressed with zstd: smaller than zlib's, in a tenth of the time. */
export const qcow2: FormatWriter = {
  kind: "qcow2",
  needs: ["qemu-img"],
  async write(job) {
    await convertDisk(job, "qcow2", ["compat=1.1", "compression_type=zstd"]);
    return {
      readable: { kind: "disk", driver: "qcow2" },
      facts: { virtualBytes: job.map.virtualBytes, compression: "zstd", oldestReader: "QEMU 5.1" },
    };
  },
};
