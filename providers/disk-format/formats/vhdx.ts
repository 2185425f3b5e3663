import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { dataBlocks, isZero } from "#providers/shared/disk/data-blocks";
import { openDisk } from "#providers/shared/disk/open-disk";
import { derivedId } from "#providers/disk-format/derived-id";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { writeFully } from "#providers/disk-format/hashed-output";
import { vhdxHeaderSection, vhdxLayout, vhdxMetadata, vhdxTable, type VhdxIds, type VhdxLayout } from "#providers/disk-format/vhdx-structures";

/** Pieces of a block that are zeros stay holes of the file. */
const pieceBytes = 64 * 1024;

/** A dynamic VHDX for Hyper-V: sectors of 512 bytes, 4096 as the physical ones. qemu-img's own has random ids in it. */
export const vhdx: FormatWriter = {
  kind: "vhdx",
  needs: ["qemu-img"],
  estimate: ({ map }) => {
    const layout = vhdxLayout(map.virtualBytes);
    return layout.payloadOffset + [...dataBlocks(map, layout.blockBytes)].length * layout.blockBytes;
  },
  async write(job) {
    const layout = vhdxLayout(job.map.virtualBytes);
    const ids = idsOf(job);
    const handle = await open(join(job.dir, job.artifact), "wx");
    try {
      const present = await writeBlocks(job, layout, handle);
      await handle.truncate(layout.payloadOffset + present.length * layout.blockBytes);
      await writeFully(handle, vhdxTable(layout, present), layout.tableOffset);
      await writeFully(handle, vhdxMetadata(layout, ids), layout.metadataOffset);
      await writeFully(handle, vhdxHeaderSection(layout, ids), 0);
    } finally {
      await handle.close();
    }
    return { readable: { kind: "disk", driver: "vhdx" }, facts: { virtualBytes: layout.virtualBytes, blockBytes: layout.blockBytes } };
  },
};

/** @returns the indexes of the blocks that it wrote. */
async function writeBlocks({ map, progress, signal }: FormatJob, { blockBytes, payloadOffset }: VhdxLayout, target: FileHandle): Promise<number[]> {
  const present: number[] = [];
  const buffer = Buffer.allocUnsafe(blockBytes);
  const disk = await openDisk(map);
  try {
    for (const { start } of dataBlocks(map, blockBytes)) {
      signal.throwIfAborted();
      await disk.read(buffer, start);
      if (isZero(buffer)) continue;
      await writeSparse(target, buffer, payloadOffset + present.length * blockBytes);
      present.push(start / blockBytes);
      progress.say(`${progress.step}, ${Math.floor((start / map.virtualBytes) * 100)} % of the disk`);
    }
  } finally {
    await disk.close();
  }
  return present;
}

async function writeSparse(target: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    let end = at;
    while (end < bytes.length && !isZero(bytes.subarray(end, end + pieceBytes))) end += pieceBytes;
    if (end > at) await writeFully(target, bytes.subarray(at, end), position + at);
    at = end;
  }
}

function idsOf({ build }: FormatJob): VhdxIds {
  const id = (purpose: string) => derivedId(build.disk.sha256, `vhdx ${purpose}`);
  return { fileWrite: id("file write"), dataWrite: id("data write"), disk: id("disk") };
}
