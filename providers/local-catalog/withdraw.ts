import { readdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ifPresent } from "#store/errors";
import { sealFiles } from "#providers/seal/seal-names";
import type { CatalogOutputs, PublishedId } from "#providers/local-catalog/inputs";
import { fileName, formatPath, markerName, recordName, releasePath, sumsName } from "#providers/local-catalog/layout";
import { readMarker, type Marker } from "#providers/local-catalog/marker";
import { reindex } from "#providers/local-catalog/reindex";
import { withStaging } from "#providers/local-catalog/staging";

/**
 * Removes a format that this resource published. What another resource has taken over since (by a new name of the site, or
 * another spelling of its path) stays, and so do files that are none of ours. Already gone is fine.
 */
export async function withdraw(root: string, published: PublishedId & Pick<CatalogOutputs, "claim">): Promise<void> {
  if ((await ifPresent(readdir(root))) === undefined) return;
  const dir = join(root, formatPath(published));
  const marker = await readMarker(dir);
  if (typeof marker === "object" && marker.claim !== published.claim) return;
  await removeFormat(root, dir, published, typeof marker === "object" ? marker : undefined);
  const release = join(root, releasePath(published));
  await rmdir(release).catch(() => undefined); // other formats, or somebody else's files, are still there
  await reindex(root);
  await rmdir(dirname(release)).catch(() => undefined);
}

/** Out of sight in one step, then deleted. */
async function removeFormat(root: string, dir: string, published: PublishedId, marker: Marker | undefined): Promise<void> {
  const names = await ifPresent(readdir(dir));
  if (names === undefined) return;
  const ours = [markerName, recordName, sumsName, fileName(published), ...(marker?.documents.map(({ name }) => name) ?? sealFiles)];
  if (names.every((name) => ours.includes(name))) {
    await withStaging(root, `withdraw ${published.image}@${published.version} as ${published.format}`, (staged) => rename(dir, join(staged, "withdrawn")));
    return;
  }
  for (const name of ours) await rm(join(dir, name), { force: true });
}
