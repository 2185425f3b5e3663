import { posix } from "node:path";
import { diskPath, productsPath } from "#providers/local-catalog/layout";
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

/** @param updated When the list last changed. The result depends on nothing else but the releases, in any order. */
export function simplestreams(releases: readonly Marker[], updated: Date): Streams {
  const products: Record<string, Product> = {};
  const ordered = releases.toSorted((a, b) => compareText(productName(a), productName(b)) || compareText(serial(a.version), serial(b.version)));
  for (const release of ordered) {
    const product = (products[productName(release)] ??= describe(release));
    product.versions[serial(release.version)] = versionOf(release);
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

interface Product {
  readonly versions: Record<string, object>;
  readonly [field: string]: unknown;
}

function productName({ image, os }: Marker): string {
  return `local.imagefleet:${image}:${architecture(os?.arch)}`;
}

function describe({ image, os }: Marker): Product {
  const release = os?.release ?? image;
  return { arch: architecture(os?.arch), os: os?.family ?? "linux", release, release_title: release, version: release, image, aliases: image, supported: true, versions: {} };
}

function versionOf({ image, version, key, disk }: Marker): object {
  const path = diskPath({ image, version }).split("\\").join(posix.sep);
  // `disk1.img` is the name under which readers look for a qcow2 disk: Ubuntu's own stream calls it so
  const item = { ftype: "disk1.img", path, sha256: disk.sha256, size: disk.bytes };
  return { label: "release", pubname: `${image}-${version}`, imagefleet_version: version, imagefleet_key: key, items: { "disk1.img": item } };
}

/** Readers know Debian's names of architectures. */
function architecture(arch = "x86_64"): string {
  return { x86_64: "amd64", aarch64: "arm64" }[arch] ?? arch;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
