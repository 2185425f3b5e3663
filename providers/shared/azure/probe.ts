import type { AzureSite } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";

export function probeAzure(site: AzureSite): Promise<void> {
  throw new FleetError({ action: "reach the site", place: site.name, cause: "sites of this kind are not built yet" });
}
