import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Digest, DigestProgress } from "#store/digest";
import { errorCode, ifPresent } from "#store/errors";
import { defaultCacheDir, VerifiedCache } from "#store/verified-cache";

/** The files of one group, wherever they are: what a seal is checked against. Names are plain names, without a path. */
export interface GroupFiles {
  /** Directory or URL, for messages. */
  readonly place: string;
  /** Whatever is there, hidden files too; undefined where nobody can list it. */
  names(): Promise<readonly string[] | undefined>;
  /** A small document whole; undefined where it is missing. Fails where it cannot be read. */
  bytes(name: string): Promise<Buffer | undefined>;
  /** Undefined where the file is missing. Fails where it cannot be read. */
  digest(name: string): Promise<Digest | undefined>;
}

export interface ReadOptions {
  /** Read every byte, whatever was verified on this machine before. */
  readonly deep?: boolean;
  /** Where this machine remembers what it has verified. */
  readonly cacheDir?: string;
  readonly onDigest?: (progress: DigestProgress) => void;
}

/** A record, a list of sums or a statement that is larger than this is none. */
export const documentLimit = 16 * 2 ** 20;

export function directoryFiles(place: string, { deep = false, cacheDir = defaultCacheDir(), onDigest }: ReadOptions = {}): GroupFiles {
  const verified = new VerifiedCache(cacheDir, onDigest);
  return {
    place,
    names: async () => (await ifPresent(readdir(place))) ?? [],
    bytes: (name) => ifPresent(readDocument(join(place, name))),
    digest: (name) => ifPresent(verified.digest(join(place, name), deep).catch(inWords)),
  };
}

async function readDocument(path: string): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(inWords);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error("it is not a file");
    if (stats.size > documentLimit) throw new Error(`it has ${stats.size} bytes, more than any document of a seal`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function inWords(error: unknown): never {
  if (errorCode(error) === "ELOOP") throw new Error("it is a symbolic link, not a file", { cause: error });
  if (errorCode(error) === "EISDIR") throw new Error("it is a directory, not a file", { cause: error });
  throw error;
}
