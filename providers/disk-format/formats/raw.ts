import { convertDisk } from "#providers/disk-format/convert-disk";
import type { FormatWriter } from "#providers/disk-format/format-writer";

/** The disk byte for byte, as a sparse file. */
export const raw: FormatWriter = {
  kind: "raw",
  needs: ["qemu-img"],
  async write(job) {
    await convertDisk(job, "raw");
    return { readable: { kind: "disk", driver: "raw" }, facts: { virtualBytes: job.map.virtualBytes } };
  },
};
