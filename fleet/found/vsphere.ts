import { Semaphore } from "async-mutex";
import type { ConfigFault } from "#model/config/config-error";
import type { Publisher, Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { credentialVariables, itemName, itemResource, libraryDescription, vcenterResource } from "#model/vsphere";
import { stateIds } from "#fleet/found/state-ids";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { noDatastore, takenItem, takenLibrary, type Asked } from "#fleet/found/vsphere-refusals";
import type { Library, LibraryItem } from "#providers/shared/vcenter/library";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

/** Log-ins under way at a time. */
const sideBySide = 16;

const nothing: Found = { ids: {}, refusals: [], unreachable: [] };

/** A vCenter of a site, while it is asked. */
interface Look extends Asked {
  readonly wanted: readonly WantedRegistration[];
  readonly search: Search;
  readonly client: VcenterClient;
  /** Of a subscriber: its publisher. */
  readonly publisher?: Seen;
}

/** What was found on a vCenter. */
interface Seen extends Found {
  readonly asked: boolean;
  readonly library?: Library;
}

/** What the vCenters of a boundary have of ours, by name: libraries, publishers' items, and the datastores of libraries. */
export async function findOnVsphere(site: VsphereSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  const lanes = new Semaphore(sideBySide);
  const look = (vcenter: Vcenter, publisher?: Seen) => lanes.runExclusive(() => lookAt({ site, vcenter, wanted, search, ...(publisher && { publisher }) }));
  const all = await Promise.all(site.publishers.map(async (publisher) => {
    const seen = await look(publisher);
    return [seen, ...(await Promise.all(publisher.subscribers.map((subscriber) => look(subscriber, seen))))];
  }));
  return {
    ids: Object.assign({}, ...all.flat().map(({ ids }) => ids)) as Found["ids"],
    refusals: all.flat().flatMap(({ refusals }) => refusals),
    unreachable: all.flat().flatMap(({ unreachable }) => unreachable),
  };
}

/** One that cannot be asked fails alone. */
async function lookAt(look: Omit<Look, "client">): Promise<Seen> {
  const { site, vcenter, search } = look;
  const place = `${site.name}/${vcenter.name}`;
  if (search.unreachable.has(place)) return { ...nothing, asked: false };
  const unset = Object.values(credentialVariables(vcenter)).filter((name) => !process.env[name]);
  if (unset.length > 0 && !search.mayChange) {
    search.log(`[${place}] not asked what it has: the environment lacks ${unset.join(" and ")}`);
    return { ...nothing, asked: false };
  }
  try {
    return { asked: true, ...(await withVcenter({ ...vcenter, site: site.name, vcenter: vcenter.name }, (client) => findOurs({ ...look, client }))) };
  } catch (error) {
    if (!(error instanceof VcenterError)) throw error;
    return { ...nothing, asked: false, unreachable: [{ place, cause: error.fault.cause }] };
  }
}

async function findOurs(look: Look): Promise<Omit<Seen, "asked">> {
  const { site, vcenter, client, search } = look;
  const named = (await client.libraries()).filter(({ name }) => name === vcenter.library);
  const own = await ownLibraries(named, search);
  const [library, ...more] = own;
  if (named.length > 0 && (!library || more.length > 0)) return { ...nothing, refusals: named.map((one) => takenLibrary(look, one, own.includes(one))) };
  const datastore = library ? (library.datastores[0] ?? "") : await client.findDatastore(vcenter);
  if (datastore === undefined) return { ...nothing, refusals: [noDatastore(look)] };
  const known = { [vcenterResource(site.name, vcenter.name, "datastore")]: datastore };
  if (!library || !(await isAsDeclared(look, library))) return { ...nothing, ids: known };
  const items = isPublisher(vcenter) ? await findItems(look, vcenter, library) : nothing;
  return { ...items, ids: { ...items.ids, ...known, [vcenterResource(site.name, vcenter.name, "library")]: library.id }, library };
}

/**
 * The official resource cannot change a library: one that is not as declared is replaced, and what is to be replaced cannot
 * be adopted. Of such a subscriber's library that a dead run left, nothing is lost.
 */
async function isAsDeclared({ site, vcenter, client, search, publisher }: Look, library: Library): Promise<boolean> {
  if (isPublisher(vcenter)) return library.publication?.published === true;
  const { subscription } = library;
  const onDemand = "download" in vcenter && vcenter.download === "on-demand";
  const source = publisher?.asked && publisher.refusals.length === 0 ? (publisher.library?.publication?.url ?? "none yet") : subscription?.url;
  if (subscription?.onDemand === onDemand && !subscription.automaticSync && subscription.url === source) return true;
  if (search.mayChange && library.type === "SUBSCRIBED" && !(await stateIds(search.stack)).has(library.id)) {
    await client.deleteLibrary(library);
    search.log(`[${site.name}/${vcenter.name}] removed the content library ${library.name} (${library.id}), which an interrupted run left with another subscription`);
  }
  return false;
}

/** By their description; where none has it, the one that the state has: its description was edited. */
async function ownLibraries(named: readonly Library[], search: Search): Promise<Library[]> {
  const own = named.filter(({ description }) => description === libraryDescription(search));
  if (own.length > 0 || named.length === 0) return own;
  const known = await stateIds(search.stack);
  return named.filter(({ id }) => known.has(id));
}

async function findItems(look: Look, publisher: Publisher, library: Library): Promise<Found> {
  const { site, wanted, client, search } = look;
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

function isPublisher(vcenter: Vcenter): vcenter is Publisher {
  return "subscribers" in vcenter;
}
