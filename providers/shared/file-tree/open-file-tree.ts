import type { Disk, DiskMap } from "#providers/shared/disk/disk";
import { openDisk } from "#providers/shared/disk/open-disk";
import { ExtTree } from "#providers/shared/file-tree/ext/ext-tree";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import { partitions } from "#providers/shared/file-tree/partitions";
import { signatureOf } from "#providers/shared/file-tree/signature";
import { diskFault, Volume } from "#providers/shared/file-tree/volume";

/** One of them is in every root file system that we know. */
const marks = ["/etc/os-release", "/usr/lib/os-release"];

/**
 * Opens an image's root file system: the first partition with ext2, ext3 or ext4 that has an os-release. Other partitions
 * (`/boot`, `/var`) are not part of the tree. Close it.
 * @throws FleetError where there is none, naming what is there instead; where it is damaged, or was not unmounted.
 */
export async function openFileTree(map: DiskMap): Promise<FileTree> {
  const disk = await openDisk(map);
  try {
    return await rootOf(disk);
  } catch (error) {
    await disk.close();
    throw error;
  }
}

async function rootOf(disk: Disk): Promise<FileTree> {
  const seen: string[] = [];
  const faults: unknown[] = [];
  for (const place of await partitions(disk)) {
    const volume = new Volume(disk, place);
    const kind = await signatureOf(volume);
    seen.push(`${place.name}: ${kind ?? "nothing known"}`);
    if (kind !== "ext") continue;
    const tree = await ExtTree.open(disk, volume).catch((error: unknown) => void faults.push(error));
    if (tree && marks.some((path) => tree.resolve(path)?.type === "file")) return tree;
    seen[seen.length - 1] = `${place.name}: ${tree ? `${tree.kind} without ${marks[0]}` : "ext, unreadable"}`;
  }
  if (faults.length > 0) throw faults[0];
  throw diskFault(disk, `no root file system that can be read was found (${seen.join(", ")})`, "give the image's root a partition with ext4 (or ext3, ext2), without LVM or encryption");
}
