import type { GcpSite } from "#model/config/sites/gcp";
import { FleetError } from "#model/errors";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";

export function findGcp(site: GcpSite, _wanted: readonly WantedRegistration[], _search: Search): Promise<Found> {
  throw new FleetError({ action: "look at the site", place: site.name, cause: "sites of this kind are not built yet" });
}
