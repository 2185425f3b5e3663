import { readAttributes } from "#providers/shared/file-tree/ext/attributes";
import type { ExtVolume } from "#providers/shared/file-tree/ext/ext-volume";
import type { Inode } from "#providers/shared/file-tree/ext/inode";
import { runsOf } from "#providers/shared/file-tree/ext/runs";

/** Bytes that one piece of a file has at most. */
const pieceBytes = 1024 * 1024;
/** Where an inline file goes on after the 60 bytes within the inode. */
const inlineRest = "system.data";

/** A file's bytes in pieces of at most 1 MiB; holes are zeros. @param most Ends after this many bytes. */
export async function* pieces(volume: ExtVolume, inode: Inode, most = inode.size): AsyncGenerator<Buffer, void, undefined> {
  const size = Math.min(most, inode.size);
  if (inode.inline) return yield (await inlineContent(volume, inode)).subarray(0, size);
  const { blockBytes } = volume.superblock;
  let at = 0;
  for (const run of await runsOf(volume, inode)) {
    yield* zeros(Math.min(run.from * blockBytes, size) - at);
    for (let done = 0; done < run.count; ) {
      const count = Math.min(run.count - done, pieceBytes / blockBytes);
      const from = (run.from + done) * blockBytes;
      if (from >= size) return;
      const piece = await volume.blocks(run.at + done, count);
      yield piece.subarray(0, size - from);
      done += count;
      at = Math.min(from + piece.length, size);
    }
  }
  yield* zeros(size - at);
}

/** The same at once, for what is small. */
export async function content(volume: ExtVolume, inode: Inode, most?: number): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces(volume, inode, most)) all.push(piece);
  return all.length === 1 && all[0] ? all[0] : Buffer.concat(all);
}

/** Content that lies within the inode: in the place of its block numbers, and where that is too small, in an attribute. */
export async function inlineContent(volume: ExtVolume, inode: Inode): Promise<Buffer> {
  if (inode.size <= inode.block.length) return inode.block.subarray(0, inode.size);
  const rest = (await readAttributes(volume, inode)).get(inlineRest);
  const whole = Buffer.concat([inode.block, rest ?? Buffer.of()]);
  if (whole.length < inode.size) throw volume.damaged(inode.number, "the rest of its inline content is missing");
  return whole.subarray(0, inode.size);
}

function* zeros(length: number): Generator<Buffer, void, undefined> {
  for (let left = length; left > 0; left -= pieceBytes) yield Buffer.alloc(Math.min(left, pieceBytes));
}
