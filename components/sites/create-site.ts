import type { SiteConfig } from "#model/config/types";
import { localSite } from "#components/sites/local";
import { openstackSite } from "#components/sites/openstack";
import type { Site, SiteWorld } from "#components/sites/site";
import { vsphereSite } from "#components/sites/vsphere";

/** The component of a site, by its kind. */
export function createSite(config: SiteConfig, world: SiteWorld): Site {
  switch (config.kind) {
    case "local":
    case "vagrant":
      return localSite(config);
    case "openstack":
      return openstackSite(config, world);
    case "vsphere":
      return vsphereSite(config, world);
  }
}
