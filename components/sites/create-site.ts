import type { SiteConfig } from "#model/config/types";
import { localSite } from "#components/sites/local";
import type { Site, SiteWorld } from "#components/sites/site";

/** The component of a site, by its kind. */
export function createSite(config: SiteConfig, _world: SiteWorld): Site {
  switch (config.kind) {
    case "local":
    case "vagrant":
      return localSite(config);
  }
}
