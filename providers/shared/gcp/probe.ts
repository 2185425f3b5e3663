import type { GcpSite } from "#model/config/sites/gcp";
import { FleetError } from "#model/errors";

export function probeGcp(site: GcpSite): Promise<void> {
  throw new FleetError({ action: "reach the site", place: site.name, cause: "sites of this kind are not built yet" });
}
