import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";

const kept = 2;

/** Moves a damaged file or directory of the cache aside, for whoever wants to know why; the newest few are kept. */
export async function quarantine(cacheDir: string, path: string): Promise<string> {
  const dir = join(cacheDir, "quarantine");
  await mkdir(dir, { recursive: true });
  const target = join(dir, `${new Date().toISOString().replaceAll(":", "-")}-${basename(path)}`);
  await rename(path, target);
  const old = (await readdir(dir)).sort().slice(0, -kept);
  await Promise.all(old.map((name) => rm(join(dir, name), { recursive: true, force: true })));
  return target;
}
