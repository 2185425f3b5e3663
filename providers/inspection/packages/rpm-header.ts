/** Tags of an RPM header that we read, by their numbers in RPM's own documentation. */
export const rpmTags = { name: 1000, version: 1001, release: 1002, epoch: 1003, license: 1014, arch: 1022, sourceRpm: 1044 } as const;

const entryBytes = 16;
const int32 = 4;
/** String, string array, internationalised string: the first of several is the one in English. */
const texts = [6, 8, 9];

/**
 * Reads an RPM header as the databases keep it: two big-endian counts (entries, bytes of data), entries of four words
 * (tag, type, offset, count), data. Throws a RangeError when counts or offsets lead outside.
 */
export function readRpmHeader(blob: Uint8Array): Map<number, string | number> {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const count = bytes.readUInt32BE(0);
  const start = 8 + count * entryBytes;
  const data = bytes.subarray(start, start + bytes.readUInt32BE(4));
  if (start > bytes.length || data.length !== bytes.readUInt32BE(4)) throw new RangeError(`an RPM header of ${count} entries does not fit in ${bytes.length} bytes`);
  const found = new Map<number, string | number>();
  for (let at = 8; at < start; at += entryBytes) {
    const tag = bytes.readUInt32BE(at);
    const type = bytes.readUInt32BE(at + 4);
    const offset = bytes.readUInt32BE(at + 8);
    if (type === int32) found.set(tag, data.readUInt32BE(offset));
    else if (texts.includes(type)) found.set(tag, textAt(data, offset));
  }
  return found;
}

function textAt(data: Buffer, offset: number): string {
  const end = data.indexOf(0, offset);
  if (end < 0) throw new RangeError(`a text at ${offset} of an RPM header has no end`);
  return data.toString("utf8", offset, end);
}
