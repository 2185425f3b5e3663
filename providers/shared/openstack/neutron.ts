import { z } from "zod";
import { FleetError } from "#model/errors";
import { ask } from "#providers/shared/openstack/nova";
import { placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";

/** An address that leads to a server from outside its network. */
export interface FloatingIp {
  readonly id: string;
  readonly address: string;
  readonly description: string;
  /** RFC 3339. */
  readonly created: string;
}

const floatingIp = z.object({ id: z.string(), floating_ip_address: z.string(), description: z.string().nullish(), created_at: z.string().nullish() });

/** @throws FleetError unless exactly one network has this name or id. */
export async function findNetwork(cloud: Cloud, nameOrId: string): Promise<string> {
  const action = `find the network ${nameOrId}`;
  const schema = z.object({ networks: z.array(z.object({ id: z.string() })) });
  const look = async (query: Record<string, string>) => (await ask(cloud, { service: "network", method: "GET", path: "/v2.0/networks", query: new URLSearchParams(query), action }, schema)).networks;
  const named = await look({ name: nameOrId });
  const found = named.length > 0 ? named : await look({ id: nameOrId });
  if (found.length === 1) return found[0]!.id;
  const cause = found.length === 0 ? "there is none" : `there are ${found.length} of that name`;
  throw new FleetError({ action, place: placeOf(cloud.cloud, cloud.region), cause, hint: "name a network, or its id, in `master` of the site: openstack network list" });
}

/** Gives a server an address of an outer network. @throws FleetError where it is on no network that could lead there. */
export async function createFloatingIp(cloud: Cloud, networkId: string, serverId: string, description: string): Promise<FloatingIp> {
  const action = "create a floating IP";
  const port = await firstPort(cloud, serverId);
  if (port === undefined) throw new FleetError({ action, place: placeOf(cloud.cloud, cloud.region), cause: `the server ${serverId} has no port`, hint: "see openstack port list" });
  const order = { floating_network_id: networkId, port_id: port, description };
  const made = await ask(cloud, { service: "network", method: "POST", path: "/v2.0/floatingips", json: { floatingip: order }, action }, z.object({ floatingip: floatingIp }));
  return floatingIpOf(made.floatingip);
}

async function firstPort(cloud: Cloud, serverId: string): Promise<string | undefined> {
  const schema = z.object({ ports: z.array(z.object({ id: z.string() })) });
  const { ports } = await ask(cloud, { service: "network", method: "GET", path: "/v2.0/ports", query: new URLSearchParams({ device_id: serverId }), action: `find the port of the server ${serverId}` }, schema);
  return ports[0]?.id;
}

/** The project's, whose description begins so. */
export async function listFloatingIps(cloud: Cloud, prefix: string): Promise<FloatingIp[]> {
  const { floatingips } = await ask(cloud, { service: "network", method: "GET", path: "/v2.0/floatingips", action: "list the floating IPs" }, z.object({ floatingips: z.array(floatingIp) }));
  return floatingips.map(floatingIpOf).filter(({ description }) => description.startsWith(prefix));
}

export async function deleteFloatingIp(cloud: Cloud, { id, address }: Pick<FloatingIp, "id" | "address">): Promise<void> {
  await cloud.request({ service: "network", method: "DELETE", path: `/v2.0/floatingips/${encodeURIComponent(id)}`, action: `delete the floating IP ${address}`, also: [404] });
}

function floatingIpOf({ id, floating_ip_address: address, description, created_at: created }: z.infer<typeof floatingIp>): FloatingIp {
  return { id, address, description: description ?? "", created: created ?? "" };
}
