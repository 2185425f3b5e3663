import { ours } from "#model/openstack-image";
import { listImages } from "#providers/shared/openstack/glance";
import type { GlanceImage } from "#providers/shared/openstack/glance-image";
import type { Cloud } from "#providers/shared/openstack/open-cloud";

/** Milliseconds for which a listing serves: a refresh looks at all images of a site within them, one after the other. */
const window = 10_000;

interface Listing {
  readonly started: number;
  readonly images: Promise<ReadonlyMap<string, GlanceImage>>;
  ended: boolean;
}

const listings = new Map<string, Listing>();

/**
 * The images of our stack in a region, by id: one listing for all who ask within some seconds. One that failed serves too, so
 * that a region that does not answer is waited for once.
 */
export function stackImages(cloud: Cloud, stack: string): Promise<ReadonlyMap<string, GlanceImage>> {
  const key = JSON.stringify([cloud.cloud, cloud.region, stack]);
  const known = listings.get(key);
  if (known && (!known.ended || Date.now() - known.started < window)) return known.images;
  const listing: Listing = { started: Date.now(), ended: false, images: list(cloud, stack) };
  listings.set(key, listing);
  listing.images.then(() => (listing.ended = true), () => (listing.ended = true));
  return listing.images;
}

/** What was listed is known to be out of date. */
export function forgetListings(): void {
  listings.clear();
}

async function list(cloud: Cloud, stack: string): Promise<ReadonlyMap<string, GlanceImage>> {
  const images = await listImages(cloud, { owner: await cloud.project(), [ours.stack]: stack });
  return new Map(images.map((image) => [image.id, image]));
}
