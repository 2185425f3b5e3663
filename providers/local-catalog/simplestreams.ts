import { join } from "node:path/posix";
import type { ReleaseId } from "#model/release";
import { formatPath, productsPath } from "#providers/local-catalog/layout";
import type { Marker } from "#providers/local-catalog/marker";

/**
 * The index that image tools read (Glance's simplestreams sync, MAAS, `sstream-mirror`): an `index:1.0` that names one
 * `products:1.0` list. The content id has `local.` in front, which no registered domain can.
 */
export const contentId = "local.imagefleet:released:download";

/** An RFC 2822 date, or undefined to compare documents by what they list. */
export interface Streams {
  readonly index: Document;
  readonly products: Document;
}

interface Document {
  readonly updated: string;
  readonly [field: string]: unknown;
}

/** A release that a channel points at. */
export interface FollowedRelease extends ReleaseId {
  readonly channel: string;
}

/**
 * Each channel is a product of its own, `debian-12/stable`, with the one version: of a product, readers take the newest.
 * @param updated When the list last changed. The result depends on nothing else but the releases and channels, in any order.
 */
export function simplestreams(published: readonly Marker[], updated: Date, followed: readonly FollowedRelease[] = []): Streams {
  const products: Record<string, Product> = {};
  const offers = published.flatMap((marker) => [marker.image, ...channelNames(marker, followed)].map((name) => ({ name, marker })));
  const order = ({ name, marker }: Offer) => `${productName(name, marker)} ${serial(marker.version)} ${marker.format}`;
  for (const { name, marker } of offers.sort((a, b) => compareText(order(a), order(b)))) {
    const product = (products[productName(name, marker)] ??= describe(name, marker));
    const version = (product.versions[serial(marker.version)] ??= versionOf(marker));
    version.items[itemName(marker)] = itemOf(marker);
  }
  const date = updated.toUTCString().replace("GMT", "+0000");
  const common = { datatype: "image-downloads", format: "products:1.0", updated: date };
  return {
    products: { ...common, content_id: contentId, products },
    index: { format: "index:1.0", updated: date, index: { [contentId]: { ...common, path: productsPath, products: Object.keys(products) } } },
  };
}

/**
 * `2026.103.2` -> `20260103.0002`: readers take the version that `LANG=C sort` puts last, and our own spelling, made for
 * semver, sorts February after November and the tenth serial before the second.
 */
export function serial(version: string): string {
  const [year = "", monthDay = "", number = ""] = version.split(".");
  return `${year}${monthDay.padStart(4, "0")}.${number.padStart(4, "0")}`;
}

interface Version {
  readonly items: Record<string, object>;
  readonly [field: string]: unknown;
}

interface Product {
  readonly versions: Record<string, Version>;
  readonly [field: string]: unknown;
}

/** A release under the name that consumers choose it by: `debian-12`, or `debian-12/stable`. */
interface Offer {
  readonly name: string;
  readonly marker: Marker;
}

function channelNames({ image, version }: Marker, followed: readonly FollowedRelease[]): string[] {
  return followed.filter((one) => one.image === image && one.version === version).map(({ channel }) => `${image}/${channel}`);
}

function productName(name: string, { os }: Marker): string {
  return `local.imagefleet:${name}:${architecture(os?.arch)}`;
}

function describe(name: string, { image, os }: Marker): Product {
  const release = os?.release ?? image;
  return { arch: architecture(os?.arch), os: os?.family ?? "linux", release, release_title: release, version: release, image, aliases: name, supported: true, versions: {} };
}

function versionOf({ image, version, key }: Marker): Version {
  return { label: "release", pubname: `${image}-${version}`, imagefleet_version: version, imagefleet_key: key, items: {} };
}

/** Ubuntu's own stream calls a qcow2 disk and a root tar so, and readers look for these names; other formats have none. */
const fileTypes: Readonly<Record<string, string>> = { qcow2: "disk1.img", rootfs: "root.tar.gz" };

function itemName({ format }: Marker): string {
  return fileTypes[format] ?? format;
}

function itemOf(marker: Marker): object {
  const { artifact } = marker;
  return { ftype: itemName(marker), path: join(formatPath(marker), artifact.name), sha256: artifact.sha256, size: artifact.bytes };
}

/** Readers know Debian's names of architectures. */
function architecture(arch = "x86_64"): string {
  return { x86_64: "amd64", aarch64: "arm64" }[arch] ?? arch;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
