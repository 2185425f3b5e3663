/**
 * Remembers listings for a few seconds, so that all subscribers of a publisher share one. A listing that failed is asked
 * for again by the next who needs it.
 */
export class SharedListing<Listing> {
  private readonly kept = new Map<string, { readonly listing: Promise<Listing>; readonly since: number }>();
  private readonly lifetime: number;

  /** @param lifetime milliseconds from the start of a listing. */
  constructor(lifetime: number) {
    this.lifetime = lifetime;
  }

  get(key: string, list: () => Promise<Listing>): Promise<Listing> {
    const known = this.kept.get(key);
    if (known && performance.now() - known.since < this.lifetime) return known.listing;
    const listing = list();
    this.kept.set(key, { listing, since: performance.now() });
    listing.catch(() => this.kept.get(key)?.listing === listing && this.kept.delete(key));
    return listing;
  }

  /** For those who know that what was listed has changed. */
  forget(): void {
    this.kept.clear();
  }
}
