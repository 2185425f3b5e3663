import type * as pulumi from "@pulumi/pulumi";
import type { LocalSite } from "#model/config/types";
import type { SiteRelease } from "#components/sites/declare";
import { diskPath, LocalCatalog } from "#providers/local-catalog/resource";

/**
 * Declares a release in the directory of a local site.
 * @param options `parent`, and `dependsOn` the release's hold.
 * @returns where the disk will be, from declared facts alone: `<path>/<image>/<version>/<image>-<version>.qcow2`.
 */
export function declareLocal(site: LocalSite, release: SiteRelease, options: pulumi.CustomResourceOptions): string {
  const { image, version, key, sha256, bytes } = release;
  new LocalCatalog(`${site.name}/${image}@${version}`, { site: site.name, path: site.path, image, version, key, sha256, bytes }, options);
  return `${site.path.replace(/\/+$/, "")}/${diskPath({ image, version })}`;
}
