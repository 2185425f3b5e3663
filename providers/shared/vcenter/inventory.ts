import { z } from "zod";
import type { Connection } from "#providers/shared/vcenter/connection";
import { routes } from "#providers/shared/vcenter/routes";
import type { PlacementNames } from "#providers/shared/vcenter/vcenter-client";
import { VcenterError } from "#providers/shared/vcenter/vcenter-error";
import type { Placement } from "#providers/shared/vcenter/vm";

type Kind = "datacenter" | "cluster" | "resource-pool" | "folder" | "host" | "datastore" | "network";

/** What a vCenter may filter an inventory list by. */
interface Filter {
  readonly names: string;
  readonly datacenters?: string;
  readonly clusters?: string;
  readonly parent_folders?: string;
  readonly type?: "VIRTUAL_MACHINE";
}

/** Ids of what the names of a placement stand for. */
export async function place(connection: Connection, wanted: PlacementNames): Promise<Placement> {
  const look = new Lookup(connection);
  const datacenters = await look.one("datacenter", { names: last(wanted.datacenter) });
  const within = { datacenters };
  const find = (kind: Kind, path: string | undefined): Promise<string | undefined> =>
    path === undefined ? Promise.resolve(undefined) : look.one(kind, { names: last(path), ...within });
  const [resourcePool, folder, host, datastore, network] = await Promise.all([
    look.pool(wanted.resourcePool, datacenters),
    wanted.folder === undefined ? undefined : look.folder(wanted.folder, datacenters),
    find("host", wanted.host),
    find("datastore", wanted.datastore),
    find("network", wanted.network),
  ]);
  return { resourcePool, ...(folder !== undefined && { folder }), ...(host !== undefined && { host }), ...(datastore !== undefined && { datastore }), ...(network !== undefined && { network }) };
}

/** Id of a datastore; undefined where none of this name is there, or several are. */
export async function findDatastore(connection: Connection, wanted: { readonly datacenter: string; readonly datastore: string }): Promise<string | undefined> {
  const look = new Lookup(connection);
  const [datacenters, ...others] = await look.list("datacenter", { names: last(wanted.datacenter) });
  if (datacenters === undefined || others.length > 0) return undefined;
  const [id, ...more] = await look.list("datastore", { names: last(wanted.datastore), datacenters });
  return more.length > 0 ? undefined : id;
}

class Lookup {
  private readonly connection: Connection;
  constructor(connection: Connection) {
    this.connection = connection;
  }

  async list(kind: Kind, filter: Filter): Promise<string[]> {
    const key = kind.replaceAll("-", "_");
    const found = await this.connection.call({
      action: `find ${kind} ${filter.names}`,
      route: routes.inventory,
      id: kind,
      query: new URLSearchParams(filter as Readonly<Filter> & Record<string, string>),
      schema: z.array(z.record(z.string(), z.unknown())),
    });
    return (found ?? []).map((one) => String(one[key]));
  }

  /** @throws VcenterError where none or several have the name. */
  async one(kind: Kind, filter: Filter): Promise<string> {
    const [id, ...more] = await this.list(kind, filter);
    if (id !== undefined && more.length === 0) return id;
    const cause = id === undefined ? "there is none of this name, or our user may not see it" : `${more.length + 1} have this name`;
    throw new VcenterError({ action: `find ${kind} ${filter.names}`, place: this.connection.where, cause, hint: "correct the name in the site's configuration; a path with slashes tells apart what has the same name" });
  }

  /** `pool`, or `cluster/pool`: every cluster has a pool called Resources. */
  async pool(path: string, datacenters: string): Promise<string> {
    const [cluster, ...rest] = segments(path);
    const names = rest.at(-1) ?? cluster!;
    if (rest.length === 0) return this.one("resource-pool", { names, datacenters });
    return this.one("resource-pool", { names, datacenters, clusters: await this.one("cluster", { names: cluster!, datacenters }) });
  }

  /** `team/tests`: from the top, or a name that is there once. */
  async folder(path: string, datacenters: string): Promise<string> {
    const [top, ...rest] = segments(path);
    let id = await this.one("folder", { names: top!, datacenters, type: "VIRTUAL_MACHINE" });
    for (const names of rest) id = await this.one("folder", { names, datacenters, type: "VIRTUAL_MACHINE", parent_folders: id });
    return id;
  }
}

/** A path as vSphere's tools write it, `/DC0/host/cluster/pool` or `/DC0/vm/folder`, from behind its root folder. */
function segments(path: string): string[] {
  const all = path.split("/").filter((segment) => segment !== "");
  const absolute = path.startsWith("/") && all.length > 2;
  return absolute ? all.slice(2) : all;
}

function last(path: string): string {
  return path.split("/").filter((segment) => segment !== "").at(-1) ?? path;
}
