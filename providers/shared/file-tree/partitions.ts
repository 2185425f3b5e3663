import type { Disk } from "#providers/shared/disk/disk";
import type { Place } from "#providers/shared/file-tree/volume";

const sector = 512;
const extended = new Set([0x05, 0x0f, 0x85]);
const protective = 0xee;
/** No tool makes more; a damaged or hostile table could go on for ever. */
const mostPartitions = 1024;
const mostLogical = 128;

/** The partitions of a disk by its GPT or MBR; the whole disk where it has neither. What lies beyond the disk's end is left out. */
export async function partitions(disk: Disk): Promise<Place[]> {
  const all = (await gpt(disk)) ?? (await mbr(disk));
  const end = disk.map.virtualBytes;
  const inside = all.filter(({ start, length }) => start > 0 && length > 0 && start < end).map((one) => ({ ...one, length: Math.min(one.length, end - one.start) }));
  return inside.length > 0 ? inside : [{ start: 0, length: end, name: "the whole disk" }];
}

async function gpt(disk: Disk): Promise<Place[] | undefined> {
  const header = await read(disk, sector, sector);
  if (header.toString("latin1", 0, 8) !== "EFI PART") return undefined;
  const table = Number(header.readBigUInt64LE(72)) * sector;
  const count = Math.min(header.readUInt32LE(80), mostPartitions);
  const size = header.readUInt32LE(84);
  if (size < 128 || size > 4096 || table >= disk.map.virtualBytes) return undefined;
  const entries = await read(disk, table, count * size);
  const places: Place[] = [];
  for (let index = 0; index < count; index++) {
    const entry = entries.subarray(index * size, (index + 1) * size);
    if (entry.subarray(0, 16).every((byte) => byte === 0)) continue;
    const first = Number(entry.readBigUInt64LE(32));
    const last = Number(entry.readBigUInt64LE(40));
    places.push(place(first, last + 1 - first, index + 1));
  }
  return places;
}

async function mbr(disk: Disk): Promise<Place[]> {
  const places: Place[] = [];
  for (const [index, { type, first, count }] of (await records(disk, 0)).entries()) {
    if (type === protective) continue;
    if (extended.has(type)) places.push(...(await logical(disk, first)));
    else if (type !== 0) places.push(place(first, count, index + 1));
  }
  return places;
}

/** Logical partitions are a chain of tables, each relative to itself, the next one relative to the extended partition. */
async function logical(disk: Disk, base: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let at = base; places.length < mostLogical; ) {
    const [own, next] = await records(disk, at);
    if (own && own.type !== 0) places.push(place(at + own.first, own.count, 5 + places.length));
    if (!own || !next || !extended.has(next.type) || base + next.first <= at) break;
    at = base + next.first;
  }
  return places;
}

async function records(disk: Disk, at: number): Promise<{ type: number; first: number; count: number }[]> {
  const table = await read(disk, at * sector, sector);
  if (table.readUInt16LE(510) !== 0xaa55) return [];
  const record = (offset: number) => ({ type: table.readUInt8(offset + 4), first: table.readUInt32LE(offset + 8), count: table.readUInt32LE(offset + 12) });
  return [446, 462, 478, 494].map(record);
}

function place(first: number, count: number, number: number): Place {
  return { start: first * sector, length: count * sector, name: `partition ${number}` };
}

async function read(disk: Disk, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  await disk.read(buffer, position);
  return buffer;
}
