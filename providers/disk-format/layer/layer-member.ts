import { isUtf8 } from "node:buffer";
import { nameBytes } from "#providers/shared/file-tree/file-name";
import type { TreeEntry } from "#providers/shared/file-tree/file-tree";
import { blockBytes, paddingOf, withChecksum, writeNumber } from "#providers/disk-format/tar/tar-header";

/** A name of an image as a member of an archive. */
export interface LayerMember {
  readonly entry: TreeEntry;
  /** Path of an earlier member that is the same file. */
  readonly linkTo?: string;
  readonly attributes: ReadonlyMap<string, Buffer>;
  /** Writes a long link target as GNU tar does: mksquashfs 4.5 takes the first slash off one in a pax record. */
  readonly gnuTargets?: boolean;
}

const types: Readonly<Record<TreeEntry["type"], string>> = { file: "0", link: "2", character: "3", block: "4", directory: "5", fifo: "6", socket: "" };
const hardLink = "1";
const extended = "x";
const longTarget = "K";
const fieldBytes = 100;
const mostOctal = 8 ** 11;
/** Seven octal digits. */
const mostId = 8 ** 7;

/**
 * The header of a member in POSIX's pax format. tar-stream writes no attributes that are not text, no mode 0 and no time
 * before 1970, so this is our own.
 */
export function layerHeader({ entry, linkTo, attributes, gnuTargets = false }: LayerMember): Buffer {
  const name = memberName(entry);
  const target = linkTo === undefined ? nameBytes(entry.target ?? "") : nameBytes(linkTo.slice(1));
  const size = linkTo === undefined && entry.type === "file" ? entry.size : 0;
  const records = paxRecords(entry, name, gnuTargets ? Buffer.of() : target, size, linkTo === undefined ? attributes : new Map());
  const header = ustar({ ...entry, size }, name, target, linkTo === undefined ? types[entry.type] : hardLink);
  const before = (title: string, content: Buffer, type: string): Buffer[] =>
    [ustar({ ...entry, device: undefined, size: content.length }, Buffer.from(title), Buffer.of(), type), content, paddingOf(content.length)];
  return Buffer.concat([
    ...(gnuTargets && target.length > fieldBytes ? before("././@LongLink", Buffer.concat([target, Buffer.of(0)]), longTarget) : []),
    ...(records.length > 0 ? before("PaxHeader", records, extended) : []),
    header,
  ]);
}

/** `etc/passwd`, `etc/` for a directory, `./` for the root. */
function memberName({ path, type }: TreeEntry): Buffer {
  if (path === "/") return Buffer.from("./");
  return nameBytes(path.slice(1) + (type === "directory" ? "/" : ""));
}

/** What does not fit into the old header's fields. */
function paxRecords({ uid, gid, mtime }: TreeEntry, name: Buffer, target: Buffer, size: number, attributes: ReadonlyMap<string, Buffer>): Buffer {
  const records: Buffer[] = [];
  const add = (key: string, value: Buffer | number): void => void records.push(record(key, typeof value === "number" ? Buffer.from(String(value)) : value));
  if (!isUtf8(name) || !isUtf8(target)) add("hdrcharset", Buffer.from("BINARY"));
  if (!fits(name)) add("path", name);
  if (!fits(target)) add("linkpath", target);
  if (size >= mostOctal) add("size", size);
  if (uid >= mostId) add("uid", uid);
  if (gid >= mostId) add("gid", gid);
  if (mtime < 0 || mtime >= mostOctal) add("mtime", mtime);
  for (const [key, value] of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))) add(`SCHILY.xattr.${key}`, value);
  return Buffer.concat(records);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function record(key: string, value: Buffer): Buffer {
  const rest = 1 + Buffer.byteLength(key) + 1 + value.length + 1;
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from("\n")]);
}

function fits(name: Buffer): boolean {
  return name.length <= fieldBytes && name.every((byte) => byte < 0x80);
}

function ustar({ mode, uid, gid, size, mtime, device }: TreeEntry, name: Buffer, target: Buffer, type: string): Buffer {
  const header = Buffer.alloc(blockBytes);
  const id = (value: number, at: number): void => void header.write(Math.min(value, mostId - 1).toString(8).padStart(7, "0"), at, "latin1");
  name.copy(header, 0, 0, fieldBytes);
  id(mode, 100);
  id(uid, 108);
  id(gid, 116);
  writeNumber(header, size, 124);
  writeNumber(header, Math.min(Math.max(mtime, 0), mostOctal - 1), 136);
  header.write(type, 156, "latin1");
  target.copy(header, 157, 0, fieldBytes);
  header.write("ustar\0" + "00", 257, "latin1");
  id(device?.major ?? 0, 329);
  id(device?.minor ?? 0, 337);
  return withChecksum(header);
}
