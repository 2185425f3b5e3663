import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { BuildRecord, FormatRecord, ReleaseId } from "#model/release";
import type { Store } from "#store/store";
import { writeFormat } from "#providers/disk-format/write-format";
import { signingKey } from "#providers/seal/signing-key";
import { storeBuilt, storePassed } from "./sealed-release.ts";

const virtualBytes = 4 * 2 ** 20;

/** The build key that `storeRealRelease` gives a release. */
export function keyOf({ image, version }: ReleaseId): string {
  return createHash("sha256").update(`${image}@${version}`).digest("hex");
}

/**
 * Stores a release with a real disk, which no guest has built, and its formats by our own writers, sealed by the key of
 * IMAGEFLEET_SIGNING_KEY_FILE: for servers that look into what they are sent. Takes a fraction of a second.
 * @param dataBytes Bytes on the disk that no compression shortens, at most 4 MiB.
 * @param more What else its build says of it.
 */
export async function storeRealRelease(store: Store, id: ReleaseId, formats: readonly string[], dataBytes = 64 * 2 ** 10, more: Partial<BuildRecord> = {}): Promise<FormatRecord[]> {
  await storeBuilt(store, id, { key: keyOf(id), inputs: {}, ...more }, await qcow2(id, dataBytes), virtualBytes);
  await storePassed(store, id);
  const build = (await store.record(id, "build"))!;
  const records: FormatRecord[] = [];
  for (const format of formats) {
    records.push(await writeFormat({ id, build, format, store, signal: new AbortController().signal, signingKey: (action) => signingKey({ createKey: false, trust: [] }, action) }));
  }
  return records;
}

/** A disk whose data follow from the release's name, so that no two releases have the same. */
async function qcow2(id: ReleaseId, dataBytes: number): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-disk-"));
  try {
    const raw = await open(join(dir, "disk.raw"), "w");
    await raw.truncate(virtualBytes);
    for (let at = 0; at < dataBytes; at += 32) await raw.write(createHash("sha256").update(`${keyOf(id)}${at}`).digest(), 0, 32, at);
    await raw.close();
    await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", join(dir, "disk.raw"), join(dir, "disk.qcow2")]);
    return await readFile(join(dir, "disk.qcow2"));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
