import type { AzureSite } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";

export function findAzure(site: AzureSite, _wanted: readonly WantedRegistration[], _search: Search): Promise<Found> {
  throw new FleetError({ action: "look at the site", place: site.name, cause: "sites of this kind are not built yet" });
}
