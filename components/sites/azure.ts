import type { AzureSite } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import type { Site, SiteWorld } from "#components/sites/site";

export function azureSite(config: AzureSite, _world: SiteWorld): Site {
  throw new FleetError({ action: "declare the site", place: config.name, cause: "sites of this kind are not built yet" });
}
