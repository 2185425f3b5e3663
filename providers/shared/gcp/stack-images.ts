import { labelNames, stackLabel } from "#model/gcp-image";
import { listImages } from "#providers/shared/gcp/compute";
import type { ComputeImage } from "#providers/shared/gcp/compute-image";
import type { Gcp } from "#providers/shared/gcp/open-gcp";

/** Milliseconds for which a listing serves: a refresh looks at all images of a site within them, one after the other. */
const window = 10_000;

interface Listing {
  readonly started: number;
  readonly images: Promise<ReadonlyMap<string, ComputeImage>>;
  ended: boolean;
}

const listings = new Map<string, Listing>();

/**
 * The images of our stack in a project, by name: one listing for all who ask within some seconds. One that failed serves too,
 * so that a project that does not answer is waited for once.
 * @param stack `<project>/<stack>`
 */
export function stackImages(gcp: Gcp, stack: string): Promise<ReadonlyMap<string, ComputeImage>> {
  const key = JSON.stringify([gcp.project, stack]);
  const known = listings.get(key);
  if (known && (!known.ended || Date.now() - known.started < window)) return known.images;
  const images = listImages(gcp, `labels.${labelNames.stack} = "${stackLabel(stack)}"`).then((all) => new Map(all.map((image) => [image.name, image])));
  const listing: Listing = { started: Date.now(), ended: false, images };
  listings.set(key, listing);
  images.then(() => (listing.ended = true), () => (listing.ended = true));
  return images;
}

/** What was listed is known to be out of date. */
export function forgetListings(): void {
  listings.clear();
}
