import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";

const digestBytes = 32;
const recordBytes = 4 + digestBytes;

/** A block's index and digest as files keep them: 36 bytes. */
export function blockRecord(index: number, digest: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(recordBytes);
  record.writeUInt32LE(index, 0);
  record.set(digest, 4);
  return record;
}

/** Reads such records; one that was cut short by a crash is left out. */
export function readRecords(bytes: Buffer): Map<number, Uint8Array> {
  const digests = new Map<number, Uint8Array>();
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) digests.set(bytes.readUInt32LE(at), new Uint8Array(bytes.subarray(at + 4, at + recordBytes)));
  return digests;
}

export function allRecords(digests: BlockDigests): Buffer {
  return Buffer.concat([...digests].map(([index, digest]) => blockRecord(index, digest)));
}
