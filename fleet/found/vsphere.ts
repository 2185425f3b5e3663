import { Semaphore } from "async-mutex";
import type { ConfigFault } from "#model/config/config-error";
import type { VsphereSite } from "#model/config/sites/vsphere";
import { credentialVariables, itemName, itemResource, libraryDescription, vcenterResource } from "#model/vsphere";
import { stateIds } from "#fleet/found/state";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { noDatastore, takenItem, takenLibrary, type Asked } from "#fleet/found/vsphere-refusals";
import type { Library, LibraryItem } from "#providers/shared/vcenter/library";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

/** Log-ins under way at a time. */
const sideBySide = 16;

const nothing: Found = { ids: {}, refusals: [], unreachable: [] };

/** A publisher of a site, while it is asked. */
interface Look extends Asked {
  readonly wanted: readonly WantedRegistration[];
  readonly search: Search;
  readonly client: VcenterClient;
}

/**
 * What the publishers of a boundary have of ours, by name: libraries, items, and the datastores of libraries. Subscribers are
 * not asked: their libraries are resources of ours, which take over what a dead run left when they are made.
 */
export async function findOnVsphere(site: VsphereSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  const lanes = new Semaphore(sideBySide);
  const all = await Promise.all(site.publishers.map((vcenter) => lanes.runExclusive(() => lookAt({ site, vcenter, wanted, search }))));
  return {
    ids: Object.assign({}, ...all.map(({ ids }) => ids)) as Found["ids"],
    refusals: all.flatMap(({ refusals }) => refusals),
    unreachable: all.flatMap(({ unreachable }) => unreachable),
  };
}

/** One that cannot be asked fails alone. */
async function lookAt(look: Omit<Look, "client">): Promise<Found> {
  const { site, vcenter, search } = look;
  const place = `${site.name}/${vcenter.name}`;
  if (search.unreachable.has(place)) return nothing;
  const unset = Object.values(credentialVariables(vcenter)).filter((name) => !process.env[name]);
  if (unset.length > 0 && !search.mayChange) {
    search.log(`[${place}] not asked what it has: the environment lacks ${unset.join(" and ")}`);
    return nothing;
  }
  try {
    return await withVcenter({ ...vcenter, site: site.name, vcenter: vcenter.name }, (client) => findOurs({ ...look, client }));
  } catch (error) {
    if (!(error instanceof VcenterError)) throw error;
    return { ...nothing, unreachable: [{ place, cause: error.fault.cause }] };
  }
}

async function findOurs(look: Look): Promise<Found> {
  const { site, vcenter, client, search } = look;
  const named = (await client.libraries()).filter(({ name }) => name === vcenter.library);
  const own = await ownLibraries(named, search);
  const [library, ...more] = own;
  if (named.length > 0 && (!library || more.length > 0)) return { ...nothing, refusals: named.map((one) => takenLibrary(look, one, own.includes(one))) };
  const datastore = library ? (library.datastores[0] ?? "") : await client.findDatastore(vcenter);
  if (datastore === undefined) return { ...nothing, refusals: [noDatastore(look)] };
  const known = { [vcenterResource(site.name, vcenter.name, "datastore")]: datastore };
  // The official resource cannot change a library: one that is not published is replaced, and so it cannot be adopted.
  if (!library?.publication?.published) return { ...nothing, ids: known };
  const items = await findItems(look, library);
  return { ...items, ids: { ...items.ids, ...known, [vcenterResource(site.name, vcenter.name, "library")]: library.id } };
}

/** By their description; where none has it, the one that the state has: its description was edited. */
async function ownLibraries(named: readonly Library[], search: Search): Promise<Library[]> {
  const own = named.filter(({ description }) => description === libraryDescription(search));
  if (own.length > 0 || named.length === 0) return own;
  const known = await stateIds(search.stack);
  return named.filter(({ id }) => known.has(id));
}

async function findItems(look: Look, library: Library): Promise<Found> {
  const { site, vcenter: publisher, wanted, client, search } = look;
  const items = Map.groupBy(await client.itemsWithFiles(library.id), ({ name }) => name);
  const ids: Record<string, string> = {};
  const refusals: ConfigFault[] = [];
  for (const release of wanted.filter(({ format }) => format === publisher.format)) {
    const [item] = items.get(itemName(release)) ?? [];
    const fault = item && takenItem(look, release, item);
    if (fault && !(await stateIds(search.stack)).has(item.id)) refusals.push(fault);
    else if (item && (await isWhole(look, item))) ids[itemResource(site.name, publisher.name, release, release.format)] = item.id;
  }
  return { ...nothing, ids, refusals };
}

/** A vCenter lists a file once it has all of it, so an item without its descriptor or disk is one that nobody finished. */
async function isWhole({ site, vcenter, client, search }: Look, { id, name, files }: LibraryItem): Promise<boolean> {
  const has = (extension: string) => files.some((file) => file.name.toLowerCase().endsWith(extension) && file.size !== 0);
  if (has(".ovf") && has(".vmdk")) return true;
  const why = await client.uploadFault(id).catch(() => undefined); // it would only explain
  if (search.mayChange) await client.deleteItem(id);
  const then = search.mayChange ? "removed, to be sent again" : "an update removes it and sends it again";
  search.log(`[${site.name}/${vcenter.name}] the upload of ${name} was not finished${why === undefined ? "" : ` (${why.replace(/\.$/, "")})`}: ${then}`);
  return false;
}
