import type { Subscriber, Publisher, VsphereSite } from "#model/config/sites/vsphere";
import { libraryDescription, vcenterResource } from "#model/vsphere";
import { succeeded } from "#components/outcome";
import type { SiteWorld } from "#components/sites/site";
import { addressOf } from "#components/sites/vsphere/address";
import type { Library } from "#components/sites/vsphere/library";
import { SubscribedLibrary } from "#providers/subscribed-library/resource";

/** Declares the library of a subscriber, which pulls from its publisher's. @returns undefined where it failed. */
export async function declareSubscribed(site: VsphereSite, publisher: Publisher, { library: published }: Library, subscriber: Subscriber, world: SiteWorld): Promise<SubscribedLibrary | undefined> {
  const name = vcenterResource(site.name, subscriber.name, "library");
  const { library, datacenter, datastore, download } = subscriber;
  const { credentials: _, ...source } = addressOf(publisher);
  const subscribed = new SubscribedLibrary(name, {
    site: site.name, ...addressOf(subscriber), library, description: libraryDescription(world), datacenter, datastore, download, publisher: source,
    subscriptionUrl: published.publication.apply((publication) => publication?.publishUrl ?? ""),
  });
  return (await succeeded(name, subscribed)) ? subscribed : undefined;
}
