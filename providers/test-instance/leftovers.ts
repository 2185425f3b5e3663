import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { deleteFloatingIp, listFloatingIps } from "#providers/shared/openstack/neutron";
import { deleteKeyPair, deleteServer, getServer, listServers, type NovaServer } from "#providers/shared/openstack/nova";
import { openCloud, placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import type { InstanceInputs, InstanceOutputs } from "#providers/test-instance/inputs";
import { instanceName, metadata, prefix } from "#providers/test-instance/names";

/** Milliseconds that Nova may take to delete a server, and between two looks. */
const patience = 5 * 60_000;
const interval = 2_000;
/** Milliseconds beyond its own time-out after which the server of another release belongs to no run any more. */
const spare = 60 * 60_000;

/** What tests of a site left that did not come to their end: of this release all, of others what is too old to be at work. */
export async function removeLeftovers(cloud: Cloud, inputs: InstanceInputs): Promise<string[]> {
  const own = instanceName(inputs);
  const oldest = Date.now() - inputs.server.timeout * 60_000 - spare;
  const servers = (await listServers(cloud, prefix)).filter((server) => isOurs(server, inputs));
  const dead = servers.filter(({ name, created, metadata: { [metadata.kept]: kept } }) => name !== own && kept === undefined && Date.parse(created) < oldest);
  const names = [...new Set([own, ...dead.map(({ name }) => name)])];
  return (await Promise.all(names.map((name) => removeInstance(cloud, inputs, name, inputs.server.floatingNetwork !== undefined)))).flat();
}

/**
 * Deletes everything of one test: the floating IP, the server, the key pair. What is not there is no error.
 * @returns what was deleted.
 */
export async function removeInstance(cloud: Cloud, inputs: Pick<InstanceInputs, "stack" | "site">, name: string, floating: boolean): Promise<string[]> {
  const addresses = floating ? (await listFloatingIps(cloud, prefix)).filter(({ description }) => description === name) : [];
  const servers = (await listServers(cloud, name)).filter((server) => server.name === name && isOurs(server, inputs));
  for (const address of addresses) await deleteFloatingIp(cloud, address);
  for (const server of servers) await deleteServer(cloud, server);
  await deleteKeyPair(cloud, name);
  for (const server of servers) await gone(cloud, server);
  return [...addresses.map(({ address }) => `floating IP ${address}`), ...servers.map((server) => `server ${server.name}`)];
}

/** Deletes a server that was kept to be looked at, with its address. */
export async function removeKept(props: InstanceOutputs): Promise<void> {
  if (props.kept === undefined) return;
  await removeInstance(await openCloud(props.cloud, props.region), props, instanceName(props), props.server.floatingNetwork !== undefined);
}

function isOurs(server: NovaServer, { stack, site }: Pick<InstanceInputs, "stack" | "site">): boolean {
  return server.metadata[metadata.stack] === stack && server.metadata[metadata.site] === site;
}

/** Nova says yes at once and deletes later: a server that cannot be deleted costs money in silence. */
async function gone(cloud: Cloud, { id, name }: NovaServer): Promise<void> {
  const deadline = Date.now() + patience;
  while (Date.now() < deadline) {
    const server = await getServer(cloud, id);
    if (!server || server.status === "DELETED" || server.status === "SOFT_DELETED") return;
    await sleep(interval);
  }
  throw new FleetError({ action: `delete the server ${name}`, place: placeOf(cloud.cloud, cloud.region), cause: "Nova has not deleted it for five minutes", hint: `openstack server delete ${id}` });
}
