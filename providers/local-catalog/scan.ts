import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions, isVersion } from "#model/version";
import { diskPath, latestPath, releasePath, reservedNames } from "#providers/local-catalog/layout";
import { readMarker, type Marker } from "#providers/local-catalog/marker";

/** Names of the directories that may hold images. */
export async function imageDirs(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(orNothing);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !reservedNames.includes(entry.name)).map((entry) => entry.name).sort();
}

/** Releases of an image that the catalog holds whole by the look of them (marker, disk of the right length), oldest first. */
export async function releasesOf(root: string, image: string): Promise<Marker[]> {
  const names = await readdir(join(root, image)).catch(orNothing);
  const versions = names.filter(isVersion).sort(compareVersions);
  const markers = await Promise.all(versions.map((version) => offered(root, image, version)));
  return markers.filter((marker) => marker !== undefined);
}

/** What `<image>/latest` points at, if it is a link at all. */
export async function latestOf(root: string, image: string): Promise<string | undefined> {
  return readlink(join(root, latestPath(image))).catch(() => undefined);
}

async function offered(root: string, image: string, version: string): Promise<Marker | undefined> {
  const id = { image, version };
  const marker = await readMarker(join(root, releasePath(id)));
  if (marker === undefined || marker === "unreadable" || marker.image !== image || marker.version !== version) return undefined;
  const disk = await lstat(join(root, diskPath(id))).catch(() => undefined);
  return disk?.isFile() && disk.size === marker.disk.bytes ? marker : undefined;
}

function orNothing(error: NodeJS.ErrnoException): never[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
