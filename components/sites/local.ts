import type { LocalSite, VagrantSite } from "#model/config/types";
import { succeeded } from "#components/outcome";
import { registrationName, type Site } from "#components/sites/site";
import { artifactPath, LocalCatalog } from "#providers/local-catalog/resource";

/** A directory of images: `<path>/<image>/<version>/<format>/<image>-<version>.<extension>`. */
export function localSite(config: LocalSite | VagrantSite): Site {
  const { name: site, path } = config;
  return {
    config,
    reference: ({ image, version, format }) => `${path.replace(/\/+$/, "")}/${artifactPath({ image, version, format: format.name })}`,
    register(release, { parent, dependsOn }) {
      const { image, version, key, format, sha256, bytes } = release;
      const name = registrationName(site, release);
      const url = config.kind === "vagrant" && { url: config.url ?? "" };
      return succeeded(name, new LocalCatalog(name, { site, path, image, version, key, format: format.name, sha256, bytes, ...url }, { parent, dependsOn: [...dependsOn] }));
    },
  };
}
