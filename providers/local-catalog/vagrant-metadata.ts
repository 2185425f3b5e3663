import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { vagrantCatalog } from "#providers/disk-format/vagrant-catalog";
import { ifPresent } from "#store/errors";
import type { CatalogInputs } from "#providers/local-catalog/inputs";
import { artifactPath, vagrantPath } from "#providers/local-catalog/layout";
import type { Marker } from "#providers/local-catalog/marker";
import { publishedOf } from "#providers/local-catalog/scan";
import { writeAtomically } from "#providers/local-catalog/staging";

/** Writes what `vagrant box add` and `vagrant box update` read of an image, or removes it with the last box. */
export async function writeVagrantMetadata(root: string, image: string, published: readonly Marker[]): Promise<void> {
  const wanted = vagrantMetadata(root, image, published);
  const found = await ifPresent(readFile(join(root, vagrantPath(image)), "utf8"));
  if (wanted === found) return;
  if (wanted === undefined) await rm(join(root, vagrantPath(image)), { force: true });
  else await writeAtomically(root, vagrantPath(image), wanted);
}

/** What is wrong with the metadata, where the format is a box that it should list. */
export async function vagrantFault(root: string, inputs: CatalogInputs): Promise<string | undefined> {
  if (inputs.url === undefined) return undefined;
  const path = vagrantPath(inputs.image);
  const found = await ifPresent(readFile(join(root, path), "utf8"));
  if (found === undefined) return `${path} missing`;
  return found === vagrantMetadata(root, inputs.image, await publishedOf(root, inputs.image)) ? undefined : `${path} altered`;
}

/** Of the boxes among what is published, under a box's name; undefined where there is none. */
export function vagrantMetadata(root: string, name: string, published: readonly Marker[]): string | undefined {
  const boxes = published.filter(({ url }) => url !== undefined).map((marker) => ({
    version: marker.version,
    provider: marker.format.replace(/^vagrant-/, ""),
    url: addressOf(root, marker),
    sha256: marker.artifact.sha256,
    arch: marker.os?.arch,
  }));
  return boxes.length === 0 ? undefined : `${JSON.stringify(vagrantCatalog(name, boxes), null, 2)}\n`;
}

function addressOf(root: string, marker: Marker): string {
  const path = artifactPath(marker);
  if (!marker.url) return pathToFileURL(resolve(root, path)).href;
  return `${marker.url}/${path.split("/").map(encodeURIComponent).join("/")}`;
}
