import { readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ifPresent } from "#store/errors";
import type { CatalogOutputs } from "#providers/local-catalog/inputs";
import { diskName, markerName, releasePath, sumsName } from "#providers/local-catalog/layout";
import { readMarker } from "#providers/local-catalog/marker";
import { reindex } from "#providers/local-catalog/reindex";
import { withStaging } from "#providers/local-catalog/staging";

/**
 * Removes a release that this resource published. What another resource has taken over since (by a new name of the site, or
 * another spelling of its path) stays, and so do files that are none of ours. Already gone is fine.
 */
export async function withdraw(root: string, published: CatalogOutputs): Promise<void> {
  if ((await ifPresent(readdir(root))) === undefined) return;
  const dir = join(root, releasePath(published));
  const marker = await readMarker(dir);
  if (typeof marker === "object" && marker.claim !== published.claim) return;
  await removeRelease(root, dir, published);
  await reindex(root);
  await rmdir(dirname(dir)).catch(() => undefined); // other versions, or somebody else's files, are still there
}

/** Out of sight in one step, then deleted. */
async function removeRelease(root: string, dir: string, published: CatalogOutputs): Promise<void> {
  const names = await ifPresent(readdir(dir));
  if (names === undefined) return;
  const ours = [markerName, sumsName, diskName(published)];
  if (names.every((name) => ours.includes(name))) {
    await withStaging(root, `withdraw ${published.image}@${published.version}`, (staged) => rename(dir, join(staged, "withdrawn")));
    return;
  }
  for (const name of ours) await rm(join(dir, name), { force: true });
}
