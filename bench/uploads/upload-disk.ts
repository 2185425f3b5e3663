import { randomFillSync } from "node:crypto";
import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "#providers/shared/project";

const mib = 2 ** 20;
const pageBytes = 4096;
export const blockBytes = 512 * 1024;
/** What is written as zeros at the end: allocated, but no data. */
const zeroBytes = 64 * mib;
const longestRun = 16 * mib;

/** A raw, sparse disk whose data nothing compresses, in runs of every length. */
export interface UploadDisk {
  readonly path: string;
  readonly virtualBytes: number;
  /** Without its zeros. */
  readonly dataBytes: number;
  /** Of 512 KiB, with anything but zeros in them. */
  readonly blocks: readonly number[];
}

/** Made once, then kept in the cache. @param dataMiB In runs that are spread over all of it. */
export async function uploadDisk(name: string, virtualGiB: number, dataMiB: number): Promise<UploadDisk> {
  const dir = join(cacheDir(), "bench", `upload-${name}-${virtualGiB}-${dataMiB}`);
  const facts = await readFile(join(dir, "facts.json"), "utf8").catch(() => undefined);
  if (facts === undefined) await make(dir, virtualGiB * 1024 * mib, dataMiB * mib);
  return { path: join(dir, "disk.raw"), ...(JSON.parse(facts ?? await readFile(join(dir, "facts.json"), "utf8")) as Omit<UploadDisk, "path">) };
}

async function make(dir: string, virtualBytes: number, dataBytes: number): Promise<void> {
  const making = `${dir}.making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  const handle = await open(join(making, "disk.raw"), "w");
  try {
    await handle.truncate(virtualBytes);
    await handle.write(Buffer.alloc(zeroBytes), 0, zeroBytes, virtualBytes - zeroBytes);
    const blocks = await fill(handle, runs(virtualBytes - zeroBytes, dataBytes));
    await writeFile(join(making, "facts.json"), JSON.stringify({ virtualBytes, dataBytes, blocks }));
  } finally {
    await handle.close();
  }
  await rm(dir, { recursive: true, force: true });
  await rename(making, dir);
}

/** Runs of whole pages with holes between them, the same each time. */
export function* runs(room: number, dataBytes: number): Generator<{ readonly start: number; readonly length: number }> {
  let seed = 1;
  const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const pages = (bytes: number): number => Math.max(pageBytes, Math.floor(bytes / pageBytes) * pageBytes);
  for (let start = 0, left = dataBytes; left > 0; ) {
    const length = Math.min(left, pages(random() * longestRun));
    left -= length;
    yield { start, length };
    start += length + (left > 0 ? Math.floor(((room - start - length - left) / Math.ceil(left / (longestRun / 2))) * random() / pageBytes) * pageBytes : 0);
  }
}

async function fill(handle: FileHandle, all: Iterable<{ readonly start: number; readonly length: number }>): Promise<number[]> {
  const blocks = new Set<number>();
  const buffer = Buffer.alloc(longestRun);
  for (const { start, length } of all) {
    await handle.write(randomFillSync(buffer, 0, length), 0, length, start);
    for (let block = Math.floor(start / blockBytes); block * blockBytes < start + length; block++) blocks.add(block);
  }
  return [...blocks];
}
