import type { Place } from "#model/places";
import type { Unreachable } from "#fleet/probe-sites";
import type { PlannedImage } from "#fleet/write-plan";
import type { Step } from "./preview-log.ts";
import { onPlace, type OnPlace } from "./resource-name.ts";
import type { Deed, ReleaseReview, SiteReview } from "./review.ts";

export interface Reached {
  /** What the run was to reach. */
  readonly places: readonly Place[];
  readonly unreachable: readonly Unreachable[];
}

type Registered = Step & OnPlace;
type Row = Omit<ReleaseReview, "artifacts">;

/** What happens to each release on each site, by image and version; the plan says what belongs where nobody could be asked. */
export function registrations(steps: readonly Step[], plan: readonly PlannedImage[], reached: Reached): Row[] {
  const own = steps.flatMap((step): Registered[] => {
    const at = onPlace(step.name);
    return at && !(isStatus(at) && step.op === "same") ? [{ ...step, ...at }] : [];
  });
  const named = own.map(({ image, version }) => ({ image, version }));
  const planned = plan.flatMap(({ image, version, retained }) => [version, ...retained].map((one) => ({ image, version: one })));
  const releases = new Map([...planned, ...named].map((release) => [`${release.image}@${release.version}`, release]));
  return [...releases.values()].map(({ image, version }): Row => {
    const here = own.filter((step) => step.image === image && step.version === version);
    const sites = new Set([...here.map(({ site }) => site), ...(plan.find((one) => one.image === image)?.sites ?? [])]);
    return { image, version, sites: Object.fromEntries([...sites].sort().flatMap((site) => onSite(site, here, reached))) };
  });
}

function onSite(site: string, own: readonly Registered[], { places, unreachable }: Reached): [string, SiteReview][] {
  const lost = places.filter((place) => place.site.name === site && unreachable.some(({ place: name }) => name === place.name)).map(({ name }) => name);
  const here = own.filter(({ name, site: of }) => of === site && !lost.some((place) => name.startsWith(`${place}/`)));
  if (here.length === 0 && lost.length === 0) return [];
  const parts = Map.groupBy(here.filter((step) => !isStatus(step)), ({ place, part }) => `${place} ${formatOf(part)}`);
  // a status is declared once for all places of a registration
  const statusOf = (parts: readonly Registered[]) => here.find((step) => isStatus(step) && formatOf(step.part) === formatOf(parts[0]!.part));
  const counted = Map.groupBy([...parts.values()].map((all) => deedOf(all, statusOf(all))), (deed) => deed);
  return [[site, { deeds: Object.fromEntries([...counted].map(([deed, { length }]) => [deed, length])), notLookedAt: lost }]];
}

const whole: Readonly<Record<string, Deed>> = { create: "register", import: "adopt", replace: "replace", delete: "remove" };

/** A registration may be several resources: what happens to the image itself, or else that something about it changes. */
function deedOf(parts: readonly Registered[], status: Registered | undefined): Deed {
  const main = parts.find(({ part }) => !part.includes("/"));
  const deed = main && whole[main.op];
  if (deed) return deed;
  if (status) return status.op === "delete" ? "restore" : "withdraw";
  if (!main && parts.every(({ op }) => op === "delete")) return "remove";
  return parts.some(({ op }) => op !== "same") ? "change" : "unchanged";
}

/** `raw/status`: that a revoked release is withdrawn. */
function isStatus({ part }: OnPlace): boolean {
  return part === "status" || part.endsWith("/status");
}

function formatOf(part: string): string {
  return part.split("/")[0]!;
}
