import { Semaphore } from "async-mutex";
import type { ConfigFault } from "#model/config/config-error";
import { settingPath } from "#model/config/setting-path";
import { vcentersOf, type Publisher, type Vcenter, type VsphereSite } from "#model/config/sites/vsphere";
import { credentialVariables, itemDescription, itemName, itemResource, libraryDescription, readItemDescription, vcenterResource } from "#model/vsphere";
import { stateIds } from "#fleet/found/state-ids";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import type { Library, LibraryItem } from "#providers/shared/vcenter/library";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

/** Log-ins under way at a time. */
const sideBySide = 16;

const nothing: Found = { ids: {}, refusals: [], unreachable: [] };

/** A vCenter of a site, while it is asked. */
interface Look {
  readonly site: VsphereSite;
  readonly vcenter: Vcenter;
  readonly wanted: readonly WantedRegistration[];
  readonly search: Search;
  readonly client: VcenterClient;
}

/** What the vCenters of a boundary have of ours, by name: libraries, publishers' items, and the datastores of libraries. */
export async function findOnVsphere(site: VsphereSite, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  const lanes = new Semaphore(sideBySide);
  const asked = vcentersOf(site).filter(({ name }) => !search.unreachable.has(`${site.name}/${name}`));
  const all = await Promise.all(asked.map((vcenter) => lanes.runExclusive(() => lookAt(site, vcenter, wanted, search))));
  return {
    ids: Object.assign({}, ...all.map(({ ids }) => ids)) as Found["ids"],
    refusals: all.flatMap(({ refusals }) => refusals),
    unreachable: all.flatMap(({ unreachable }) => unreachable),
  };
}

/** One that cannot be asked fails alone. */
async function lookAt(site: VsphereSite, vcenter: Vcenter, wanted: readonly WantedRegistration[], search: Search): Promise<Found> {
  const place = `${site.name}/${vcenter.name}`;
  const unset = Object.values(credentialVariables(vcenter)).filter((name) => !process.env[name]);
  if (unset.length > 0 && !search.mayChange) {
    search.log(`[${place}] not asked what it has: the environment lacks ${unset.join(" and ")}`);
    return nothing;
  }
  try {
    return await withVcenter({ ...vcenter, site: site.name, vcenter: vcenter.name }, (client) => findOurs({ site, vcenter, wanted, search, client }));
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
  const resource = (part: "datastore" | "library") => vcenterResource(site.name, vcenter.name, part);
  if (library) {
    const items = isPublisher(vcenter) ? await findItems(look, vcenter, library) : nothing;
    return { ...items, ids: { ...items.ids, [resource("datastore")]: library.datastores[0] ?? "", [resource("library")]: library.id } };
  }
  const datastore = await client.findDatastore(vcenter);
  return datastore === undefined ? { ...nothing, refusals: [noDatastore(look)] } : { ...nothing, ids: { [resource("datastore")]: datastore } };
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
  if (search.mayChange) await client.deleteItem(id);
  const then = search.mayChange ? "removed, to be sent again" : "an update removes it and sends it again";
  search.log(`[${site.name}/${vcenter.name}] the upload of ${name} was interrupted: ${then}`);
  return false;
}

function takenLibrary({ site, vcenter, search }: Look, { id, description }: Library, own: boolean): ConfigFault {
  const whose = own ? `of the stack ${search.project}/${search.stack}, but not the only one` : `not of the stack ${search.project}/${search.stack}: its description is "${description}"`;
  return {
    path: settingOf(site, vcenter, "library"),
    problem: `${site.name}/${vcenter.name} has a content library ${vcenter.library} (${id}) that is ${whose}`,
    hint: own ? "delete the one that is empty" : "give the stack's library another name here, or delete that one if nobody uses it",
  };
}

function noDatastore({ site, vcenter }: Look): ConfigFault {
  const { name, datacenter, datastore } = vcenter;
  return {
    path: settingOf(site, vcenter, "datastore"),
    problem: `${site.name}/${name} has no datastore ${datastore} in the datacenter ${datacenter} that its user may see, or several`,
    hint: "correct datacenter or datastore, or give the user the right to see it",
  };
}

/** What stands in a name's way: a version never changes its bytes. */
function takenItem({ site, vcenter, search }: Look, { key, sha256, ...release }: WantedRegistration, { id, description }: LibraryItem): ConfigFault | undefined {
  const facts = readItemDescription(description);
  const problem = problemOf();
  return problem === undefined ? undefined : {
    path: settingOf(site, vcenter),
    problem: `${site.name}/${vcenter.name} has an item ${vcenter.library}/${itemName(release)} (${id}) ${problem}`,
    hint: `delete it if nobody deploys it, then run again${sha256 === undefined ? "" : `; if its description was only edited, it was: ${itemDescription(search, key, sha256)}`}`,
  };

  function problemOf(): string | undefined {
    if (!facts || facts.owner !== `${search.project}/${search.stack}`) return `that is not of the stack ${search.project}/${search.stack}: its description is "${description}"`;
    if (facts.key !== key) return `of another build: its key is ${facts.key}, not ${key}`;
    if (sha256 !== undefined && facts.sha256 !== sha256) return `with other bytes: SHA-256 ${facts.sha256}, not ${sha256}`;
    return undefined;
  }
}

function settingOf({ name: site, publishers }: VsphereSite, vcenter: Vcenter, setting?: "datastore" | "library"): string {
  const index = publishers.findIndex(({ name, subscribers }) => name === vcenter.name || subscribers.some((one) => one.name === vcenter.name));
  const position = publishers[index]?.subscribers.findIndex(({ name }) => name === vcenter.name) ?? -1;
  return settingPath(["sites", site, "publishers", index, ...(position < 0 ? [] : ["subscribers", position]), ...(setting ? [setting] : [])]);
}

function isPublisher(vcenter: Vcenter): vcenter is Publisher {
  return "subscribers" in vcenter;
}
