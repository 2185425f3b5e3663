import type { ItemSummary, Library, LibraryFile, LibraryItem, SubscribedLibrarySpec } from "#providers/shared/vcenter/library";
import type { Guest, Placement, PowerState, Vm } from "#providers/shared/vcenter/vm";

/** A vCenter to which we are logged in. Every verb throws a FleetError that names the vCenter. */
export interface VcenterClient {
  /** For messages: `corp-1, vc.example.org`. */
  readonly where: string;

  libraries(): Promise<Library[]>;
  /** @throws FleetError when several have the name. */
  findLibrary(name: string): Promise<Library | undefined>;
  /** Undefined: gone. */
  library(id: string): Promise<Library | undefined>;
  /** Resolves to its id; the first copies may be under way by then. @param datastore its id */
  createSubscribed(spec: SubscribedLibrarySpec & { readonly datastore: string }): Promise<string>;
  /** Takes effect on what is copied from then on. */
  updateSubscribed(id: string, spec: SubscribedLibrarySpec): Promise<void>;
  /** One that is gone already is no fault. */
  deleteLibrary(library: Pick<Library, "id" | "type">): Promise<void>;
  /** What vanishes while we ask is left out. */
  items(libraryId: string): Promise<ItemSummary[]>;
  itemsWithFiles(libraryId: string): Promise<LibraryItem[]>;
  /** Undefined: gone. */
  item(id: string): Promise<ItemSummary | undefined>;
  files(itemId: string): Promise<LibraryFile[]>;
  /** Why the server gave up an upload to the item, in its own words; undefined where it says nothing of one. */
  uploadFault(itemId: string): Promise<string | undefined>;
  /** Changes the description of an item in a library of the vCenter's own. */
  describeItem(id: string, description: string): Promise<void>;
  /** One that is gone already is no fault. */
  deleteItem(id: string): Promise<void>;
  /** Asks a subscribed library to catch up with its publisher. A vCenter answers before the copies are there: look again. */
  syncLibrary(id: string): Promise<void>;
  /** The same for one item; `content` fetches its disks too, even into a library that takes them on demand. */
  syncItem(id: string, how: { readonly content: boolean }): Promise<void>;

  /** Ids of what the names stand for. @throws FleetError that names what is not there, or there twice. */
  place(wanted: PlacementNames): Promise<Placement>;
  /** Id of a datastore; undefined where none of this name is there, or several are. */
  findDatastore(wanted: { readonly datacenter: string; readonly datastore: string }): Promise<string | undefined>;
  /** Deploys an OVF item, powered off; resolves to the VM's id. */
  deploy(itemId: string, vm: { readonly name: string; readonly annotation?: string; readonly placement: Placement }): Promise<string>;
  /** VMs of exactly this name. */
  findVms(name: string): Promise<Vm[]>;
  /** Undefined: gone. */
  power(vm: string): Promise<PowerState | undefined>;
  /** One that is on already is no fault. */
  powerOn(vm: string): Promise<void>;
  /** Pulls the plug. One that is off already is no fault. */
  powerOff(vm: string): Promise<void>;
  guest(vm: string): Promise<Guest>;
  /** The VM must be off. One that is gone already is no fault. */
  deleteVm(vm: string): Promise<void>;

  /** Logs out. */
  close(): Promise<void>;
}

/** Inventory names, as in the configuration. */
export interface PlacementNames {
  readonly datacenter: string;
  readonly resourcePool: string;
  readonly folder?: string;
  readonly host?: string;
  readonly datastore?: string;
  readonly network?: string;
}
