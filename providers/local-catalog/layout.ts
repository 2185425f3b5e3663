import { join } from "node:path";
import { compareVersions, isVersion } from "#model/version";
import type { ReleaseId } from "#model/release";

/** Names of files in a catalog: the one place that knows where things are. All paths are relative to the catalog. */
export const sumsName = "SHA256SUMS";
/** What we know of a published release; a version directory without it is not ours. */
export const markerName = "release.json";
export const latestName = "latest";
/** Half-made things, on the catalog's own file system; hidden from servers by its dot. */
export const stagingName = ".staging";
export const indexPath = "streams/v1/index.json";
export const productsPath = "streams/v1/images.json";
/** Not a place for images. */
export const reservedNames: readonly string[] = ["streams"];

/** `debian-12-2026.1101.2.qcow2` */
export function diskName({ image, version }: ReleaseId): string {
  return `${image}-${version}.qcow2`;
}

/** `debian-12/2026.1101.2` */
export function releasePath({ image, version }: ReleaseId): string {
  return join(image, version);
}

/** `debian-12/2026.1101.2/debian-12-2026.1101.2.qcow2` */
export function diskPath(id: ReleaseId): string {
  return join(releasePath(id), diskName(id));
}

export function latestPath(image: string): string {
  return join(image, latestName);
}

/** One line as `sha256sum --check` reads it; file names of ours have nothing to escape. */
export function sumsLine(sha256: string, name: string): string {
  return `${sha256}  ${name}\n`;
}

/** The newest of some versions by number, which `sort` would get wrong from the tenth serial on. */
export function newest(versions: readonly string[]): string | undefined {
  return versions.filter(isVersion).toSorted(compareVersions).at(-1);
}
