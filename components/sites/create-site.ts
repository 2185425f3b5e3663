import type { SiteConfig } from "#model/config/types";
import { awsSite } from "#components/sites/aws";
import { azureSite } from "#components/sites/azure";
import { gcpSite } from "#components/sites/gcp";
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
    case "aws":
      return awsSite(config, world);
    case "azure":
      return azureSite(config, world);
    case "gcp":
      return gcpSite(config, world);
    case "openstack":
      return openstackSite(config, world);
    case "vsphere":
      return vsphereSite(config, world);
  }
}
