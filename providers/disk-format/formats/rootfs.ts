import { open } from "node:fs/promises";
import { join } from "node:path";
import type { FormatWriter } from "#providers/disk-format/format-writer";
import { wholeSystem } from "#providers/disk-format/layer/layer-content";
import { checkLayer, compared, packLayer } from "#providers/disk-format/layer/packed-layer";

/**
 * The root file system as tar.gz, kernel included: for `docker import`, system containers, chroots. Left out is what the
 * running system fills (/dev, /proc, /sys, /run), sockets, and lost+found.
 */
export const rootfs: FormatWriter = {
  kind: "rootfs",
  needs: [],
  extraBytes: ({ map }) => map.dataBytes,
  async write(job) {
    const handle = await open(join(job.dir, job.artifact), "wx");
    try {
      const layer = await packLayer(job, wholeSystem, handle, 0);
      await checkLayer(job, wholeSystem, layer);
      return { readable: compared, facts: { unpackedBytes: layer.plainBytes } };
    } finally {
      await handle.close();
    }
  },
};
