import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { FileTree } from "#providers/shared/file-tree/file-tree";

const most = 512 * 1024 * 1024;
const cpioMagic = /^07070[12]$/;

/**
 * Names of the files in an initrd: cpio archives one after the other, the last ones compressed with gzip or zstd.
 * @returns undefined when it is compressed in a way that is not read here (xz, lz4, ...).
 */
export async function initrdFiles(tree: FileTree, path: string): Promise<string[] | undefined> {
  const bytes = await tree.read(path, most);
  return bytes && namesIn(bytes);
}

function namesIn(bytes: Buffer): string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    if (!cpioMagic.test(bytes.toString("latin1", at, at + 6))) {
      const inner = unpacked(bytes.subarray(at));
      const rest = inner && namesIn(inner);
      return rest && [...names, ...rest];
    }
    at = archive(bytes, at, names);
  }
  return names;
}

/** Walks the entries of one cpio archive. @returns where it ends. */
function archive(bytes: Buffer, start: number, names: string[]): number {
  for (let at = start; at + 110 <= bytes.length; ) {
    const field = (index: number): number => Number.parseInt(bytes.toString("latin1", at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const nameBytes = field(11);
    const name = bytes.toString("utf8", at + 110, at + 109 + nameBytes);
    const data = at + padded(110 + nameBytes);
    at = data + padded(field(6));
    if (!(at >= data) || data > bytes.length) break; // broken, or cut off
    if (name === "TRAILER!!!") return at;
    names.push(name);
  }
  return bytes.length;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function unpacked(bytes: Buffer): Buffer | undefined {
  const magic = bytes.toString("hex", 0, 4);
  try {
    if (magic.startsWith("1f8b")) return gunzipSync(bytes, { maxOutputLength: most });
    return magic === "28b52ffd" ? zstdDecompressSync(bytes, { maxOutputLength: most }) : undefined;
  } catch {
    return undefined;
  }
}
