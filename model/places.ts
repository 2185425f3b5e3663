import type { SiteConfig } from "#model/config/types";
import type { Vcenter } from "#model/config/sites/vsphere";

/** What is reached, left out and named by itself: a site, or a vCenter of a boundary. */
export interface Place {
  /** `<site>`, or `<site>/<vcenter>`: names of its resources begin with it. */
  readonly name: string;
  readonly site: SiteConfig;
  readonly vcenter?: Vcenter;
  /** Name of the place that it pulls from. */
  readonly source?: string;
}

/** Every place of a fleet, publishers before those that pull from them. */
export function placesOf(sites: Readonly<Record<string, SiteConfig>>): Place[] {
  return Object.values(sites).flatMap((site): Place[] => {
    if (site.kind !== "vsphere") return [{ name: site.name, site }];
    const nameOf = ({ name }: Vcenter) => `${site.name}/${name}`;
    return site.publishers.flatMap((publisher) => [
      { name: nameOf(publisher), site, vcenter: publisher },
      ...publisher.subscribers.map((vcenter) => ({ name: nameOf(vcenter), site, vcenter, source: nameOf(publisher) })),
    ]);
  });
}

/** Name of the site of a place: `corp` of `corp/vc01`. */
export function siteOf(place: string): string {
  return place.split("/", 1)[0]!;
}
