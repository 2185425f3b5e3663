import type { AwsSite } from "#model/config/sites/aws";
import { FleetError } from "#model/errors";

export function probeAws(site: AwsSite): Promise<void> {
  throw new FleetError({ action: "reach the site", place: site.name, cause: "sites of this kind are not built yet" });
}
