import type { LocalSite } from "#model/config/types";
import type { Registration, SiteRelease } from "#components/sites/registration";
import { diskPath, LocalCatalog } from "#providers/local-catalog/resource";

/** A release in the directory of a local site, at `<path>/<image>/<version>/<image>-<version>.qcow2`. */
export function localRegistration(site: LocalSite, release: SiteRelease): Registration {
  const { image, version, key, sha256, bytes } = release;
  return {
    reference: `${site.path.replace(/\/+$/, "")}/${diskPath({ image, version })}`,
    declare(options) {
      return new LocalCatalog(`${site.name}/${image}@${version}`, { site: site.name, path: site.path, image, version, key, sha256, bytes }, options);
    },
  };
}
