import type { FleetConfig } from "#model/config/types";
import type { PlanFacts, PlannedImage } from "#fleet/write-plan";
import type { Step } from "./preview-log.ts";
import { onPlace, type OnPlace } from "./resource-name.ts";
import type { Removal } from "./review.ts";

/** Releases that places lose, and why. What the engine deletes of a build, its gates and its formats stays in the store. */
export function removals(steps: readonly Step[], plan: readonly PlannedImage[], config: FleetConfig, revoked: PlanFacts["revoked"]): Removal[] {
  const gone = steps.filter(({ op }) => op === "delete").flatMap(({ name }) => onPlace(name) ?? []).filter(({ part }) => !part.includes("/"));
  const reasons = Map.groupBy(gone, (at) => JSON.stringify([at.image, at.version, whyRemoved(at, plan, config, revoked)]));
  return [...reasons].map(([key, all]): Removal => {
    const [image, version, why] = JSON.parse(key) as [string, string, string];
    return { image, version, places: [...new Set(all.map(({ place }) => place))].sort(), why };
  }).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function whyRemoved({ site, image, version, part }: OnPlace, plan: readonly PlannedImage[], config: FleetConfig, revoked: PlanFacts["revoked"]): string {
  const planned = plan.find((one) => one.image === image);
  if (!planned) return "the image is no longer configured";
  if (!Object.hasOwn(config.sites, site)) return "the site is no longer configured";
  if (!planned.sites.includes(site)) return "the image no longer goes to this site";
  const dropped = planned.dropped.find((release) => release.version === version);
  if (dropped) return dropped.why;
  const withdrawn = revoked.find((release) => release.image === image && release.version === version);
  if (withdrawn) return `it is revoked: ${withdrawn.reason}`;
  if (planned.version !== version && !planned.retained.includes(version)) return "it is not in the plan any more";
  return planned.formats.includes(part) ? "this place is no longer configured" : `the site no longer takes ${part}`;
}
