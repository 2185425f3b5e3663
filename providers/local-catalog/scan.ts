import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions, isVersion } from "#model/version";
import { formatPath, latestPath, newest, releasePath, reservedNames } from "#providers/local-catalog/layout";
import type { PublishedId } from "#providers/local-catalog/inputs";
import { readMarker, type Marker } from "#providers/local-catalog/marker";

/** Names of the directories that may hold images. */
export async function imageDirs(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(orNothing);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !reservedNames.includes(entry.name)).map((entry) => entry.name).sort();
}

/** What the catalog holds of an image whole by the look of it (marker, artifact of the right length): oldest release first, formats by name. */
export async function publishedOf(root: string, image: string): Promise<Marker[]> {
  const versions = (await readdir(join(root, image)).catch(orNothing)).filter(isVersion).sort(compareVersions);
  const ids = await Promise.all(versions.map(async (version) => {
    const formats = await readdir(join(root, releasePath({ image, version }))).catch(orNothing);
    return formats.sort().map((format) => ({ image, version, format }));
  }));
  const markers = await Promise.all(ids.flat().map((id) => offered(root, id)));
  return markers.filter((marker) => marker !== undefined);
}

/**
 * What `latest` should point at: the newest release that has every format that any release of the image has here, so that
 * the link never leads to a release that is still being published, or of which one format failed.
 */
export function wholeVersion(published: readonly Marker[]): string | undefined {
  const all = new Set(published.map(({ format }) => format));
  const byVersion = Map.groupBy(published, ({ version }) => version);
  const whole = [...byVersion].filter(([, markers]) => markers.length === all.size).map(([version]) => version);
  return newest(whole) ?? newest([...byVersion.keys()]);
}

/** What `<image>/latest` points at, if it is a link at all. */
export async function latestOf(root: string, image: string): Promise<string | undefined> {
  return readlink(join(root, latestPath(image))).catch(() => undefined);
}

async function offered(root: string, id: PublishedId): Promise<Marker | undefined> {
  const dir = join(root, formatPath(id));
  const marker = await readMarker(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOTDIR") return undefined; // a file beside the formats: none of ours
    throw error;
  });
  if (marker === undefined || marker === "unreadable" || marker.image !== id.image || marker.version !== id.version || marker.format !== id.format) return undefined;
  const artifact = await lstat(join(dir, marker.artifact.name)).catch(() => undefined);
  return artifact?.isFile() && artifact.size === marker.artifact.bytes ? marker : undefined;
}

function orNothing(error: NodeJS.ErrnoException): never[] {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
  throw error;
}
