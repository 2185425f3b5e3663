import { pieces } from "#providers/shared/file-tree/ext/content";
import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";

const magic = 0xc03b3998;

/** Refuses a file system whose journal holds what its blocks do not: the guest was not shut down. */
export async function refuseDirty(volume: ExtVolume): Promise<void> {
  const { needsRecovery, journalInode } = volume.superblock;
  if (!needsRecovery || (await isEmpty(volume, journalInode))) return;
  throw volume.fault("its file system was not unmounted: the journal has changes that are not in place", "the build must shut the guest down: see shutdown_command in packer/os/<family>/<name>.pkrvars.hcl");
}

/** An idle guest that was stopped leaves the mark, though nothing waits in its journal. */
async function isEmpty(volume: ExtVolume, journalInode: number): Promise<boolean> {
  if (journalInode === 0) return false;
  for await (const head of pieces(volume, await volume.inode(journalInode), volume.superblock.blockBytes)) {
    return head.readUInt32BE(0) === magic && head.readUInt32BE(0x1c) === 0;
  }
  return false;
}
