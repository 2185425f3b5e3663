import type { Volume } from "#providers/shared/file-tree/volume";

interface Signature {
  readonly kind: string;
  readonly at: number;
  /** Characters as latin1. */
  readonly text: string;
}

/** What may lie on a partition, in the order of their certainty. Only ext is read; the others are known to be named. */
const signatures: readonly Signature[] = [
  { kind: "LUKS", at: 0, text: "LUKS\xba\xbe" },
  { kind: "LVM", at: 536, text: "LVM2 001" },
  { kind: "software RAID", at: 4096, text: "\xfc\x4e\x2b\xa9" },
  { kind: "xfs", at: 0, text: "XFSB" },
  { kind: "btrfs", at: 0x10040, text: "_BHRfS_M" },
  { kind: "ext", at: 1080, text: "\x53\xef" },
  { kind: "swap", at: 4086, text: "SWAPSPACE2" },
  { kind: "f2fs", at: 1024, text: "\x10\x20\xf5\xf2" },
  { kind: "erofs", at: 1024, text: "\xe2\xe1\xf5\xe0" },
  { kind: "squashfs", at: 0, text: "hsqs" },
  { kind: "iso9660", at: 32769, text: "CD001" },
  { kind: "NTFS", at: 3, text: "NTFS    " },
  { kind: "FAT", at: 82, text: "FAT32   " },
  { kind: "FAT", at: 54, text: "FAT16   " },
  { kind: "FAT", at: 54, text: "FAT12   " },
];

const longest = 0x10048;

/** `ext`, `xfs`, `LVM`, ...: what a partition holds. undefined: nothing that we know. */
export async function signatureOf(volume: Volume): Promise<string | undefined> {
  const head = await volume.read(0, Math.min(longest, volume.place.length));
  return signatures.find(({ at, text }) => head.toString("latin1", at, at + text.length) === text)?.kind;
}
