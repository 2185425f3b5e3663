import type { Publisher, Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { describeChannels, itemChannels, itemName, readItemDescription } from "#model/vsphere";
import { isWhole, itemFault } from "#providers/library-sync/compare-items";
import { storedFormat } from "#providers/channel-flip/pointers/stored-format";
import type { LibraryItem } from "#providers/shared/vcenter/library";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { onLibrary } from "#providers/shared/vcenter/on-library";
import { pointed } from "#providers/channel-flip/pointed";
import type { Pointed, Pointers, PointerTarget } from "#providers/channel-flip/pointer";

/**
 * Channels of a boundary of vCenters: the description of a publisher's library item ends with `channels:candidate,stable`. Subscribers get
 * it with their next sync, which is asked for at once.
 */
export const pointers: Pointers = {
  async verify(target: PointerTarget, version: string): Promise<void> {
    await Promise.all(siteOf(target).publishers.map((publisher) => verifyPublisher(target, version, publisher)));
  },

  async read(target: PointerTarget): Promise<Pointed> {
    const places = await Promise.all(siteOf(target).publishers.map(async (publisher) => {
      const items = await onLibrary(target.site.name, publisher, (_client, all) => Promise.resolve(ours(target, all)));
      return { place: publisher.name, versions: items.filter(({ description }) => itemChannels(description).includes(target.channel)).map(({ name }) => versionOf(target, name)) };
    }));
    return pointed(places);
  },

  async move(target: PointerTarget, to: string | undefined): Promise<void> {
    for (const publisher of siteOf(target).publishers) {
      const changed = await onLibrary(target.site.name, publisher, (client, all) => describe(client, target, to, ours(target, all)));
      if (changed.length > 0) await Promise.all(publisher.subscribers.map((subscriber) => passOn(target, subscriber, changed)));
    }
  },
};

/** The new one first: who asks meanwhile finds two, rather than none. @returns names of the items that changed */
async function describe(client: VcenterClient, target: PointerTarget, to: string | undefined, items: readonly LibraryItem[]): Promise<string[]> {
  const isWanted = ({ name }: LibraryItem) => to !== undefined && name === itemName({ image: target.image, version: to });
  if (to !== undefined && !items.some(isWanted)) throw new FleetError({ action: `move ${target.channel} of ${target.image}`, place: client.where, cause: `the library has no ${itemName({ image: target.image, version: to })} of ours`, hint: "npm run up" });
  const changed: string[] = [];
  for (const item of items.toSorted((a, b) => Number(isWanted(b)) - Number(isWanted(a)))) {
    const others = itemChannels(item.description).filter((channel) => channel !== target.channel);
    const description = describeChannels(item.description, isWanted(item) ? [...others, target.channel] : others);
    if (description === item.description) continue;
    await client.describeItem(item.id, description);
    changed.push(item.name);
  }
  return changed;
}

/** A subscriber that does not answer learns it by its own sync: the publisher says where the channel points. */
async function passOn(target: PointerTarget, subscriber: Vcenter, names: readonly string[]): Promise<void> {
  await onLibrary(target.site.name, subscriber, async (client, items) => {
    for (const { id } of items.filter(({ name }) => names.includes(name))) await client.syncItem(id, { content: false });
  }).catch((error: Error) => console.log(`[${target.channel}/${target.image}] ${target.site.name}/${subscriber.name} will learn it by its next sync: ${error.message.split("\n")[0]}`));
}

async function verifyPublisher(target: PointerTarget, version: string, publisher: Publisher): Promise<void> {
  const { site, image, stack } = target;
  const id = { image, version };
  const refuse = (vcenter: string, cause: string) => new FleetError({ action: `verify ${releaseName(id)} on ${site.name}`, place: vcenter, cause, hint: "run `npm run up`: it sends what is missing, and syncs subscribers" });
  const [build, record] = await storedFormat(id, publisher.format);
  if (!build || !record) throw refuse(publisher.name, `the store has no ${publisher.format} of ${releaseName(id)}`);
  const find = (vcenter: Vcenter) => onLibrary(target.site.name, vcenter, (_client, all) => Promise.resolve(all.find(({ name }) => name === itemName(id))));
  const item = await find(publisher);
  if (!item || !isWhole(item)) throw refuse(publisher.name, item ? "the item is not whole" : "the item is missing");
  const facts = readItemDescription(item.description);
  if (facts?.owner !== stack || facts.key !== build.key || facts.sha256 !== record.artifact.sha256) throw refuse(publisher.name, "the item is of another build");
  await Promise.all(publisher.subscribers.map(async (subscriber) => {
    const copy = await find(subscriber);
    // what a channel's own move left to the next sync is no fault of the bytes
    const fault = copy ? itemFault({ ...copy, metadataVersion: undefined }, item, subscriber.download) : "the item is missing";
    if (fault !== undefined) throw refuse(subscriber.name, fault);
  }));
}

function ours({ image, stack }: PointerTarget, items: readonly LibraryItem[]): LibraryItem[] {
  return items.filter(({ name, description }) => name.startsWith(`${image}-`) && /^\d+\.\d+\.\d+$/.test(name.slice(image.length + 1)) && readItemDescription(description)?.owner === stack);
}

function versionOf({ image }: PointerTarget, name: string): string {
  return name.slice(image.length + 1);
}

function siteOf({ site }: PointerTarget): VsphereSite {
  return site as VsphereSite;
}
