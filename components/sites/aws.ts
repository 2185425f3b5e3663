import type { AwsSite } from "#model/config/sites/aws";
import { FleetError } from "#model/errors";
import type { Site, SiteWorld } from "#components/sites/site";

export function awsSite(config: AwsSite, _world: SiteWorld): Site {
  throw new FleetError({ action: "declare the site", place: config.name, cause: "sites of this kind are not built yet" });
}
