import { inlineContent, content } from "#providers/shared/file-tree/ext/content";
import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";
import type { Inode } from "#providers/shared/file-tree/ext/inode";
import { nameText } from "#providers/shared/file-tree/file-name";

export interface Name {
  readonly name: string;
  readonly inode: number;
}

const headerBytes = 8;
/** Of an inline directory, the number of its parent. */
const inlineParent = 4;
const inlineBytes = 60;

/**
 * The names in a directory, in code-unit order, without `.` and `..`. A hashed directory reads like a linear one: to whoever
 * does not know them, its index blocks look like one free entry each.
 */
export async function readDirectory(volume: ExtVolume, inode: Inode): Promise<Name[]> {
  const found = new Map<string, number>();
  for (const block of await blocksOf(volume, inode)) {
    for (const { name, inode: number } of names(volume, inode, block)) {
      if (name === "." || name === "..") continue;
      if (name === "" || /[/\0]/.test(name) || found.has(name)) throw volume.damaged(inode.number, `a name in this directory is wrong: ${JSON.stringify(name)}`);
      found.set(name, number);
    }
  }
  return Array.from(found, ([name, number]) => ({ name, inode: number })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Entries do not cross blocks; within an inode there are two areas. */
async function blocksOf(volume: ExtVolume, inode: Inode): Promise<Buffer[]> {
  if (inode.inline) {
    const all = await inlineContent(volume, inode);
    return [all.subarray(inlineParent, inlineBytes), all.subarray(inlineBytes)];
  }
  const { blockBytes } = volume.superblock;
  const all = await content(volume, inode);
  return Array.from({ length: Math.floor(all.length / blockBytes) }, (_, index) => all.subarray(index * blockBytes, (index + 1) * blockBytes));
}

function* names(volume: ExtVolume, inode: Inode, block: Buffer): Generator<Name, void, undefined> {
  for (let at = 0; at + headerBytes <= block.length; ) {
    const number = block.readUInt32LE(at);
    const length = recordLength(block.readUInt16LE(at + 4), block.length);
    const nameLength = block.readUInt8(at + 6);
    if (length < headerBytes || at + length > block.length || headerBytes + nameLength > length) throw volume.damaged(inode.number, "this directory makes no sense");
    if (number !== 0) yield { inode: number, name: nameText(block.subarray(at + headerBytes, at + headerBytes + nameLength)) };
    at += length;
  }
}

/** Blocks of 64 KiB are longer than sixteen bits can say. */
function recordLength(stored: number, blockBytes: number): number {
  return stored === 65535 || stored === 0 ? (blockBytes === 65536 ? 65536 : stored) : stored;
}
