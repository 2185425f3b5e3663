import { aclValue } from "#providers/shared/file-tree/ext/acl";
import { content } from "#providers/shared/file-tree/ext/content";
import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";
import type { Inode } from "#providers/shared/file-tree/ext/inode";

const magic = 0xea020000;
const blockHeader = 32;
const entryBytes = 16;
const mostValue = 64 * 1024;

/** What the number before a name stands for. */
const prefixes: Readonly<Record<number, string>> = {
  1: "user.", 2: "system.posix_acl_access", 3: "system.posix_acl_default", 4: "trusted.", 6: "security.", 7: "system.", 8: "system.richacl",
};
const acls = new Set([2, 3]);

/** All extended attributes of an inode by full name, values as the system calls give them. */
export async function readAttributes(volume: ExtVolume, inode: Inode): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const { rest } = inode;
  if (rest.length >= 8 && rest.readUInt32LE(0) === magic) await list(volume, inode, rest.subarray(4), 0, found);
  if (inode.attributeBlock === 0) return found;
  const block = await volume.block(inode.attributeBlock);
  if (block.readUInt32LE(0) !== magic) throw volume.damaged(inode.number, "its extended attributes make no sense");
  await list(volume, inode, block, blockHeader, found);
  return found;
}

/** Entries from a position until four zero bytes; offsets of values count from the area's beginning. */
async function list(volume: ExtVolume, inode: Inode, area: Buffer, from: number, found: Map<string, Buffer>): Promise<void> {
  for (let at = from; at + 4 <= area.length && area.readUInt32LE(at) !== 0; ) {
    if (at + entryBytes > area.length) throw volume.damaged(inode.number, "its extended attributes are cut off");
    const nameLength = area.readUInt8(at);
    const index = area.readUInt8(at + 1);
    const end = at + entryBytes + nameLength;
    const name = `${prefixes[index] ?? ""}${area.toString("utf8", at + entryBytes, end)}`;
    const value = await valueOf(volume, inode, area, at);
    if (end > area.length || value === undefined) throw volume.damaged(inode.number, "its extended attributes are cut off");
    found.set(name, acls.has(index) ? aclValue(value) : value);
    at = (end + 3) & ~3;
  }
}

/** A value lies in the same area, or is the content of an inode of its own. */
async function valueOf(volume: ExtVolume, inode: Inode, area: Buffer, at: number): Promise<Buffer | undefined> {
  const offset = area.readUInt16LE(at + 2);
  const other = area.readUInt32LE(at + 4);
  const size = area.readUInt32LE(at + 8);
  if (size > mostValue) return undefined;
  if (other === 0) return offset + size <= area.length ? Buffer.from(area.subarray(offset, offset + size)) : undefined;
  if (other === inode.number) return undefined;
  const value = await volume.inode(other);
  if (value.inline || value.size !== size) return undefined;
  return content(volume, value);
}
