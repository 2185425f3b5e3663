import type { Arm } from "#providers/shared/azure/arm";
import { listRegistered } from "#providers/shared/azure/registered";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";

/** Milliseconds for which a listing serves: a refresh looks at all images of a site within them, one after the other. */
const window = 10_000;

interface Listing {
  readonly images: Promise<ReadonlyMap<string, RegisteredImage>>;
  /** Milliseconds since 1970; undefined while it is under way. */
  ended: number | undefined;
}

const listings = new Map<string, Listing>();

/**
 * The versions of an image definition, or the managed images of a resource group, by their ids in lower case: one listing for
 * all who ask within some seconds. One that failed serves too, so that an Azure that does not answer is waited for once.
 * @param under See `listedUnder`.
 */
export function listedImages(arm: Arm, under: string): Promise<ReadonlyMap<string, RegisteredImage>> {
  const known = listings.get(under);
  if (known && (known.ended === undefined || Date.now() - known.ended < window)) return known.images;
  const images = listRegistered(arm, under).then((all) => new Map(all.map((image) => [image.id.toLowerCase(), image])));
  const listing: Listing = { images, ended: undefined };
  const end = (): void => void (listing.ended = Date.now());
  images.then(end, end);
  listings.set(under, listing);
  return images;
}

/** What was listed is known to be out of date. */
export function forgetListings(): void {
  listings.clear();
}
