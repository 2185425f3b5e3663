import type { Publisher, Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { itemName, readItemDescription } from "#model/vsphere";
import { onLibrary } from "#providers/shared/vcenter/on-library";
import type { SiteStatus, StatusTarget } from "#providers/release-status/site-status";

/** A library has an item or not: withdrawn, it is gone from the publisher, and from those who pull from it. Its registration sends it again. */
export const status: SiteStatus = {
  async withdraw(target) {
    for (const publisher of publishersOf(target)) {
      const deleted = await onLibrary(target.site.name, publisher, async (client, items) => {
        const own = items.filter(isOwn(target));
        for (const { id } of own) await client.deleteItem(id);
        return own.length > 0;
      });
      if (deleted) await Promise.all(publisher.subscribers.map((subscriber) => passOn(target, subscriber)));
    }
  },

  async read(target) {
    const found = await Promise.all(publishersOf(target).map((publisher) => onLibrary(target.site.name, publisher, (_client, items) => Promise.resolve(items.some(isOwn(target)) ? [`${publisher.name} has it`] : []))));
    return found.flat();
  },
};

/** A subscriber that does not answer drops it by its own sync. */
async function passOn({ site, image, version }: StatusTarget, subscriber: Vcenter): Promise<void> {
  await onLibrary(site.name, subscriber, async (client, _items, library) => library !== undefined && client.syncLibrary(library))
    .catch((error: Error) => console.log(`[${site.name}/${image}] ${subscriber.name} will drop ${version} by its next sync: ${error.message.split("\n")[0]}`));
}

function isOwn(target: StatusTarget): (item: { readonly name: string; readonly description: string }) => boolean {
  return ({ name, description }) => name === itemName(target) && readItemDescription(description)?.owner === target.stack;
}

function publishersOf({ site, vcenter }: StatusTarget): Publisher[] {
  return (site as VsphereSite).publishers.filter(({ name }) => vcenter === undefined || name === vcenter);
}
