import type { InspectionJob } from "#providers/inspection/gate";
import { openDisk } from "#providers/shared/disk/open-disk";
import { partitions } from "#providers/shared/file-tree/partitions";
import { signatureOf } from "#providers/shared/file-tree/signature";
import { Volume } from "#providers/shared/file-tree/volume";

/** Where kinds of file systems keep their UUID. */
const uuidAt: Readonly<Record<string, number>> = { ext: 1024 + 0x68, xfs: 32, btrfs: 0x10000 + 32, swap: 1036, f2fs: 1024 + 0x6c };

/**
 * UUIDs of the file systems and swap areas of a disk as fstab writes them, in lower case.
 * @returns undefined when something lies there whose inside is not known (LVM, LUKS, RAID): then none can be missed.
 */
export async function fileSystemIds({ map }: InspectionJob): Promise<ReadonlySet<string> | undefined> {
  const disk = await openDisk(map);
  try {
    const ids = new Set<string>();
    for (const place of await partitions(disk)) {
      const volume = new Volume(disk, place);
      const kind = await signatureOf(volume);
      if (kind === undefined) continue;
      const id = await idOf(volume, kind);
      if (id === undefined) return undefined;
      ids.add(id);
    }
    return ids;
  } finally {
    await disk.close();
  }
}

async function idOf(volume: Volume, kind: string): Promise<string | undefined> {
  if (kind === "FAT") return fatId(volume);
  const at = uuidAt[kind];
  if (at === undefined) return undefined;
  return (await volume.read(at, 16)).toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Four bytes that blkid shows as `1a2b-3c4d`, kept elsewhere on FAT32. */
async function fatId(volume: Volume): Promise<string> {
  const sector = await volume.read(0, 512);
  const serial = sector.toString("latin1", 82, 87) === "FAT32" ? sector.readUInt32LE(67) : sector.readUInt32LE(39);
  return serial.toString(16).padStart(8, "0").replace(/^(.{4})/, "$1-");
}
