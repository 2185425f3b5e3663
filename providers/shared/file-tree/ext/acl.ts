const short = 4;
const long = 8;
/** Entries for one user or one group carry an id, the others do not. */
const named = new Set([0x02, 0x08]);
const noId = 0xffffffff;
const systemVersion = 2;

/** A POSIX ACL as `getxattr` gives it, from the shorter form that ext4 stores. */
export function aclValue(stored: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(systemVersion);
  const entries = [header];
  for (let at = 4; at + short <= stored.length; ) {
    const hasId = named.has(stored.readUInt16LE(at)) && at + long <= stored.length;
    const entry = Buffer.alloc(long);
    stored.copy(entry, 0, at, at + short);
    entry.writeUInt32LE(hasId ? stored.readUInt32LE(at + short) : noId, short);
    entries.push(entry);
    at += hasId ? long : short;
  }
  return Buffer.concat(entries);
}
