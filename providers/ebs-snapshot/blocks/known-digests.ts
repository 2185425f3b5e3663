import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheDir } from "#providers/shared/project";
import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import { allRecords, readRecords } from "#providers/ebs-snapshot/blocks/records";

const sumBytes = 32;

/** What this machine remembers of the blocks of an artifact: it was hashed for an upload before. @returns undefined where it remembers nothing sound */
export async function knownDigests(sha256: string): Promise<BlockDigests | undefined> {
  const content = await readFile(fileOf(sha256)).catch(() => undefined);
  if (!content || content.length < sumBytes) return undefined;
  const records = content.subarray(sumBytes);
  return content.subarray(0, sumBytes).equals(sumOf(records)) ? readRecords(records) : undefined;
}

/** Keeps digests for the next region and for the next release, which is compared with this one. Failing to is no failure. */
export async function rememberDigests(sha256: string, digests: BlockDigests): Promise<void> {
  const file = fileOf(sha256);
  const temporary = `${file}.${randomUUID()}`;
  const records = allRecords(digests);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, Buffer.concat([sumOf(records), records]));
    await rename(temporary, file);
  } catch {
    // a read-only or full home directory: the artifact is hashed again next time
  }
}

function sumOf(records: Buffer): Buffer {
  return createHash("sha256").update(records).digest();
}

function fileOf(sha256: string): string {
  return join(cacheDir(), "blocks", sha256);
}
