import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { DiskMap } from "#providers/shared/disk/disk";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { layerItems, type LayerContent } from "#providers/disk-format/layer/layer-content";
import { layerHeader } from "#providers/disk-format/layer/layer-member";
import { archiveEnd, paddingOf } from "#providers/disk-format/tar/tar-header";

export interface LayerOptions {
  readonly content: LayerContent;
  /** For mksquashfs, see layer-member. */
  readonly gnuTargets?: boolean;
  readonly signal: AbortSignal;
  /** Called with the share that is written, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** An archive that was written. */
export interface LayerFile {
  /** The file as something that worker threads can read. */
  readonly map: DiskMap;
  readonly bytes: number;
  readonly sha256: string;
}

/** Small members are written together. */
const pieceBytes = 1024 * 1024;

/** Writes an image's files as a tar archive: owners as numbers, times as in the image, nothing that depends on when or where. */
export async function writeLayer(tree: FileTree, path: string, options: LayerOptions): Promise<LayerFile> {
  const handle = await open(path, "wx");
  try {
    const output = new HashedOutput(handle, 0, createHash("sha256"));
    await gathered(output, layerPieces(tree, options));
    const { bytes } = output;
    return { map: { file: path, virtualBytes: bytes, segments: [{ start: 0, length: bytes, offset: 0 }], dataBytes: bytes }, bytes, sha256: output.digest() };
  } finally {
    await handle.close();
  }
}

async function* layerPieces(tree: FileTree, { content, gnuTargets, signal, onProgress }: LayerOptions): AsyncGenerator<Buffer, void, undefined> {
  const items = layerItems(tree, content);
  for (const [index, { entry, linkTo }] of items.entries()) {
    signal.throwIfAborted();
    const attributes = [...(await tree.attributes(entry))].filter(([name]) => content.keeps(name));
    yield layerHeader({ entry, linkTo, attributes: new Map(attributes), gnuTargets });
    if (entry.type === "file" && linkTo === undefined) {
      yield* tree.stream(entry);
      yield paddingOf(entry.size);
    }
    onProgress?.((index + 1) / items.length);
  }
  yield archiveEnd;
}

async function gathered(output: HashedOutput, pieces: AsyncIterable<Buffer>): Promise<void> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < pieceBytes) continue;
    await output.append(Buffer.concat(waiting));
    waiting = [];
    bytes = 0;
  }
  await output.append(Buffer.concat(waiting));
}
