import { siteOf } from "#model/places";

/** Something that a place has of a release. */
export interface OnPlace {
  /** `<site>`, `<site>/<vcenter>` or `<site>/<region>`. */
  readonly place: string;
  readonly site: string;
  readonly image: string;
  readonly version: string;
  /** Format, and which part of the registration: `raw`, `raw/launch/123456789012`, `raw/status`. */
  readonly part: string;
}

/** What the name of a resource stands for; undefined where that is nothing of a release on a place. */
export function onPlace(name: string): OnPlace | undefined {
  const [, place, image, version, part] = /^([^@]+?)\/([^/@]+)@([^/]+)\/(.+)$/.exec(name) ?? [];
  if (place === undefined) return undefined;
  return { place, site: siteOf(place), image: image!, version: version!, part: part! };
}
