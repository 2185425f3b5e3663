import { probePlaces, type Unreachable } from "#fleet/probe-sites";
import { credentialVariables } from "#model/vsphere";
import { placesOf, type Place } from "#model/places";
import { chosenPlaces, requireNames, selectionArguments, type Selection } from "./selection.ts";
import type { Stack } from "./stack.ts";

export interface Reached {
  /** What the choice takes. */
  readonly places: readonly Place[];
  readonly unreachable: readonly Unreachable[];
  /** Arguments of the engine: the choice, without what did not answer. */
  readonly selection: readonly string[];
  /** What the engine, its plugins and the program need to know of it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Asks what a choice takes whether it can be reached. @throws FleetError for unknown names, before anything takes time. */
export async function reachPlaces({ config }: Stack, choice: Pick<Selection, "only" | "except">): Promise<Reached> {
  requireNames(config, [...choice.only, ...choice.except]);
  const places = chosenPlaces(config, choice);
  const { unreachable, trust } = await probePlaces(places, (line) => console.log(line));
  const lost = unreachable.map(({ place }) => place);
  // What is not chosen need not be asked what it has; but the other sites would wait for a master that cannot be.
  const others = placesOf(config.sites).filter(({ name, site }) => !("master" in site) && !places.some((place) => place.name === name)).map(({ name }) => name);
  const left = [...lost, ...others];
  return {
    places, unreachable, selection: selectionArguments(config, { ...choice, unreachable: lost }),
    env: { ...trust, ...placeholders(placesOf(config.sites).filter(({ name }) => left.includes(name))), IMAGEFLEET_UNREACHABLE: left.join(",") },
  };
}

/** The engine prepares the providers of what it leaves out, too, and stops altogether where one has no credentials. They are not used. */
function placeholders(places: readonly Place[]): Record<string, string> {
  const names = places.flatMap(({ vcenter, source }) => (vcenter && source === undefined ? Object.values(credentialVariables(vcenter)) : []));
  return Object.fromEntries(names.filter((name) => !process.env[name]).map((name) => [name, "not set"]));
}
