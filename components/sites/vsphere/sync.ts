import type * as pulumi from "@pulumi/pulumi";
import type { Publisher, Subscriber, VsphereSite } from "#model/config/sites/vsphere";
import { itemName, vcenterResource } from "#model/vsphere";
import { succeeded } from "#components/outcome";
import { addressOf } from "#components/sites/vsphere/address";
import type { Registered } from "#components/sites/vsphere/item";
import type { Library } from "#components/sites/vsphere/library";
import { LibrarySync } from "#providers/library-sync/resource";
import type { SubscribedLibrary } from "#providers/subscribed-library/resource";

export interface Sync {
  readonly publisher: Publisher;
  readonly published: Library;
  readonly subscriber: Subscriber;
  readonly pulled: SubscribedLibrary;
  /** What the publisher has by now. */
  readonly items: readonly Registered[];
}

/** Declares that a subscriber holds what its publisher holds. @returns undefined where it failed. */
export async function declareSync(site: VsphereSite, { publisher, published, subscriber, pulled, items }: Sync): Promise<pulumi.Resource | undefined> {
  const name = vcenterResource(site.name, subscriber.name, "sync");
  const sync = new LibrarySync(name, {
    site: site.name, ...addressOf(subscriber), libraryId: pulled.libraryId, download: subscriber.download,
    publisher: { ...addressOf(publisher), libraryId: published.library.id },
    items: items.map(({ release }) => itemName(release)),
  }, { dependsOn: items.map(({ item }) => item) });
  return (await succeeded(name, sync)) ? sync : undefined;
}
