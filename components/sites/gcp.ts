import type { GcpSite } from "#model/config/sites/gcp";
import { FleetError } from "#model/errors";
import type { Site, SiteWorld } from "#components/sites/site";

export function gcpSite(config: GcpSite, _world: SiteWorld): Site {
  throw new FleetError({ action: "declare the site", place: config.name, cause: "sites of this kind are not built yet" });
}
