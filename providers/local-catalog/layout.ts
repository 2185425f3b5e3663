import { join } from "node:path";
import { compareVersions, isVersion } from "#model/version";
import { artifactName, parseFormat } from "#model/format";
import type { ReleaseId } from "#model/release";
import type { PublishedId } from "#providers/local-catalog/inputs";

/** Names of files in a catalog: the one place that knows where things are. All paths are relative to the catalog. */
export const sumsName = "SHA256SUMS";
/** The store's record of the format, as it is there. */
export const recordName = "format.json";
/** What we know of a published format; a directory without it is not ours. */
export const markerName = "release.json";
export const latestName = "latest";
/** Half-made things, on the catalog's own file system; hidden from servers by its dot. */
export const stagingName = ".staging";
export const indexPath = "streams/v1/index.json";
export const productsPath = "streams/v1/images.json";
/** Not a place for images. */
export const reservedNames: readonly string[] = ["streams"];

/** `debian-12-2026.1101.2.qcow2` */
export function fileName(id: PublishedId): string {
  return artifactName(id, parseFormat(id.format)!);
}

/** `debian-12/2026.1101.2` */
export function releasePath({ image, version }: ReleaseId): string {
  return join(image, version);
}

/** `debian-12/2026.1101.2/qcow2` */
export function formatPath(id: PublishedId): string {
  return join(releasePath(id), id.format);
}

/** `debian-12/2026.1101.2/qcow2/debian-12-2026.1101.2.qcow2` */
export function artifactPath(id: PublishedId): string {
  return join(formatPath(id), fileName(id));
}

export function latestPath(image: string): string {
  return join(image, latestName);
}

/** What Vagrant reads of an image's boxes. */
export function vagrantPath(image: string): string {
  return join(image, "metadata.json");
}

/** Where each channel of an image points. */
export function channelsPath(image: string): string {
  return join(image, "channels.json");
}

/** What is made from it, for those who follow a channel. */
export function channelsDir(image: string): string {
  return join(image, "channels");
}

/** `debian-12/channels/stable`, a link to the release. */
export function channelLink(image: string, channel: string): string {
  return join(channelsDir(image), channel);
}

/** `debian-12/channels/stable.json`: what Vagrant reads of a channel. */
export function channelVagrantPath(image: string, channel: string): string {
  return join(channelsDir(image), `${channel}.json`);
}

/** The newest of some versions by number, which `sort` would get wrong from the tenth serial on. */
export function newest(versions: readonly string[]): string | undefined {
  return versions.filter(isVersion).toSorted(compareVersions).at(-1);
}
