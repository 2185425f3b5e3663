import { FleetError } from "#model/errors";
import { wavesOf } from "#model/channel-waves";
import { nearest } from "#model/nearest";
import { placesOf, type Place } from "#model/places";
import type { FleetConfig, SiteConfig } from "#model/config/types";

export interface Selection {
  /** Names of images, sites and vCenters (`<site>/<vcenter>`); none means all. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** Places that did not answer: left out, with whatever depends on them. */
  readonly unreachable: readonly string[];
}

/**
 * The engine's `--target` and `--exclude` for a choice of images and places. Patterns match names: `<image>`,
 * `<image>@<version>`, `inspection/<image>@<version>`, `format/<format>/<image>@<version>`, `hold/<image>@<version>` and,
 * on a place, `<place>/<image>@<version>/...` and what the place's registrations share, such as `<place>/provider`; and what
 * follows on registrations: `publication/...`, `revocation/<image>@<version>`, `channel/<channel>/<image>/wave-<n>` and
 * `hook/<hook>/[<channel>/]<image>`. In the engine's patterns `*` stops only at a colon.
 */
export function selectionArguments(config: FleetConfig, selection: Selection): string[] {
  requireNames(config, [...selection.only, ...selection.except]);
  if (selection.only.length > 0) return targets(config, selection).flatMap((pattern) => ["--target", pattern]);
  const excludes = excluded(config, selection).flatMap((pattern) => ["--exclude", pattern]);
  return excludes.length > 0 ? [...excludes, "--exclude-dependents"] : [];
}

/** @throws FleetError for a name that no image, site or vCenter has, with the nearest that one has. */
export function requireNames(config: FleetConfig, given: readonly string[]): void {
  const names = [...new Set([...Object.keys(config.images), ...placeNames(config)])];
  for (const name of given) if (!names.includes(name)) throw unknownName(name, names);
}

function placeNames({ sites }: FleetConfig): string[] {
  return [...Object.keys(sites), ...placesOf(sites).map(({ name }) => name)];
}

/** The places that a choice takes: where it names none of them, every one that it does not except. A site's name is that of all its vCenters. */
export function chosenPlaces(config: FleetConfig, { only, except }: Pick<Selection, "only" | "except">): Place[] {
  const all = placesOf(config.sites);
  const among = (names: readonly string[]) => ({ name, site }: Place) => names.includes(name) || names.includes(site.name);
  const named = all.filter(among(only));
  return (named.length > 0 ? named : all).filter((place) => !among(except)(place));
}

function chosenImages(config: FleetConfig, { only, except }: Selection): string[] {
  const all = Object.keys(config.images);
  const named = all.filter((name) => only.includes(name));
  return (named.length > 0 ? named : all).filter((name) => !except.includes(name));
}

/** Images named, with the layers below them; places named, or all, without those that pull from one that did not answer. */
function targets(config: FleetConfig, selection: Selection): string[] {
  const { unreachable } = selection;
  const places = chosenPlaces(config, selection).filter(({ name, source }) => !unreachable.includes(name) && !(source !== undefined && unreachable.includes(source)));
  const images = chosenImages(config, selection);
  const below = new Set(images.flatMap((name) => layersBelow(config, name)));
  return [
    "**::pulumi:pulumi:Stack::*",
    ...[...below].flatMap((image) => [`**OsImage::${image}`, `**::${image}@*`]),
    ...images.flatMap((image) => [`**::inspection/${image}@*`, `**::format/*/${image}@*`, `**::hold/${image}@*`, `**::publication/${image}@*`, `**::revocation/${image}@*`, ...following(config, image, places), ...places.flatMap(({ name, site }) => ofImage(name, site, image))]),
    ...places.flatMap(({ name, site }) => shared[site.kind].map((part) => `**::${name}/${part}`)),
  ];
}

/** What needs all of an image's sites, or of a wave's: a channel stays where it is behind a wave that needs a place which was not chosen. */
function following(config: FleetConfig, image: string, places: readonly Place[]): string[] {
  const chosen = new Set(places.map(({ name }) => name));
  const isWhole = (site: string) => placesOf({ [site]: config.sites[site]! }).every(({ name }) => chosen.has(name));
  const settings = config.images[image]!;
  const channels = Object.values(config.channels).filter(({ images }) => image in images).flatMap((channel) => {
    const waves = wavesOf(channel, settings);
    const held = waves.findIndex(({ sites, bestEffort }) => !sites.every((site) => bestEffort.includes(site) || isWhole(site)));
    const moving = waves.slice(0, held < 0 ? waves.length : held);
    return moving.length === 0 ? [] : [`**Channel::${channel.name}/${image}`, ...moving.map(({ wave }) => `**::channel/${channel.name}/${image}/wave-${wave}`)];
  });
  return [...channels, ...(settings.sites.every(isWhole) ? [`**::hook/*/${image}`] : [])];
}

/** What a place has of an image: copies in an account's other regions begin with those, and a gallery has a definition. */
function ofImage(place: string, { kind }: SiteConfig, image: string): string[] {
  return [`**::${place}/${image}@*`, ...(kind === "aws" ? [`**::${place}/*/${image}@*`] : []), ...(kind === "azure" ? [`**::${place}/${image}/definition`] : [])];
}

/** What registrations of a place share. */
const shared: Readonly<Record<SiteConfig["kind"], readonly string[]>> = {
  local: [], vagrant: [], openstack: ["provider"], vsphere: ["provider", "library", "sync"], aws: ["provider"], azure: ["provider"], gcp: ["provider"],
};

function layersBelow(config: FleetConfig, name: string): string[] {
  const parent = config.images[name]?.parent;
  return parent === undefined ? [name] : [...layersBelow(config, parent), name];
}

function excluded(config: FleetConfig, { except, unreachable }: Selection): string[] {
  const images = except.filter((name) => Object.hasOwn(config.images, name));
  const names = placeNames(config);
  const places = [...except.filter((name) => names.includes(name)), ...unreachable];
  return [...places.map((place) => `**::${place}/**`), ...images.flatMap((image) => [`**OsImage::${image}`, `**::${image}@*`, `**/${image}@*`, `**Channel::*/${image}`, `**::channel/*/${image}/wave-*`, `**::hook/*/${image}`])];
}

function unknownName(name: string, names: readonly string[]): FleetError {
  const near = nearest(name, names);
  return new FleetError({ action: `choose ${name}`, cause: "no image, site or vCenter has this name", hint: near ? `did you mean ${near}?` : `there is: ${names.join(", ")}` });
}
