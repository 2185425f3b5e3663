import { lstat } from "node:fs/promises";
import { VerifiedCache } from "#store/verified-cache";

/**
 * Notes a digest that was computed while the file was written, or before it got its name: no need to read it again.
 * Only for a file that nobody else could write to meanwhile.
 */
export async function noteDigest(cacheDir: string, path: string, sha256: string): Promise<void> {
  const { size, mtimeNs, ctimeNs, ino } = await lstat(path, { bigint: true });
  await new VerifiedCache(cacheDir).remember(path, { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` }, sha256);
}
