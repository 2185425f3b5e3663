import { probePlaces } from "#fleet/probe-sites";
import type { FleetConfig } from "#model/config/types";
import type { Finding } from "../setup/examine.ts";
import { chosenPlaces, requireNames } from "./selection.ts";

/**
 * Asks each site and vCenter of a stack whether it can be reached with the credentials at hand: the doctor's lines of them.
 * @param only Names of sites and vCenters; none means all. @throws FleetError for unknown names.
 */
export async function examinePlaces(config: FleetConfig, only: readonly string[]): Promise<Finding[]> {
  requireNames(config, only);
  const places = chosenPlaces(config, { only, except: [] });
  const { unreachable } = await probePlaces(places, (line) => console.error(line));
  return places.map(({ name, site: { kind } }): Finding => {
    const lost = unreachable.find(({ place }) => place === name);
    return { name, found: lost ? "cannot be reached" : "reached", source: kind, state: lost ? "missing" : "fine", ...(lost && { hint: [lost.cause, lost.hint].filter(Boolean).join("; ") }) };
  });
}
