import type { LocalSite, VagrantSite } from "#model/config/types";
import { registrationName, type Registration, type SealedFormat } from "#components/sites/registration";
import { artifactPath, LocalCatalog } from "#providers/local-catalog/resource";

/** A format in the directory of a site, at `<path>/<image>/<version>/<format>/<image>-<version>.<extension>`. */
export function localRegistration(site: LocalSite | VagrantSite, sealed: SealedFormat): Registration {
  const { image, version, key, format, sha256, bytes } = sealed;
  const { name, path } = site;
  return {
    reference: `${path.replace(/\/+$/, "")}/${artifactPath({ image, version, format: format.name })}`,
    declare(options) {
      return new LocalCatalog(registrationName(site, sealed), { site: name, path, image, version, key, format: format.name, sha256, bytes, ...(site.kind === "vagrant" && { url: site.url ?? "" }) }, options);
    },
  };
}
