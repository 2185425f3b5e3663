import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { createFloatingIp, findNetwork } from "#providers/shared/openstack/neutron";
import { createKeyPair, createServer, findFlavor, getServer, type NovaServer } from "#providers/shared/openstack/nova";
import { placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import type { InstanceInputs } from "#providers/test-instance/inputs";
import { instanceName, metadata } from "#providers/test-instance/names";

/** Milliseconds between two looks. */
const interval = 2_000;

export interface Ordered {
  readonly id: string;
  readonly address: string;
}

export interface Wait {
  /** In milliseconds since 1970. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Orders a server of the image. @returns its id. @throws FleetError where it cannot be had. */
export async function orderServer(cloud: Cloud, inputs: InstanceInputs, publicKey: string): Promise<string> {
  const { imageId, stack, site, server: { flavor, network, keyPair, securityGroups, user, keep } } = inputs;
  const name = instanceName(inputs);
  const [flavorId, networkId] = await Promise.all([findFlavor(cloud, flavor), findNetwork(cloud, network)]);
  if (keyPair === undefined) await createKeyPair(cloud, name, publicKey);
  return createServer(cloud, {
    name, imageId, flavorId, networkId, keyName: keyPair ?? name, securityGroups, userData: userData(user, publicKey),
    metadata: { [metadata.stack]: stack, [metadata.site]: site, ...(keep && { [metadata.kept]: "yes" }) },
  });
}

/** @throws FleetError where it does not become ACTIVE. */
export async function activeServer(cloud: Cloud, id: string, action: string, { deadline, signal }: Wait): Promise<NovaServer> {
  const place = placeOf(cloud.cloud, cloud.region);
  let status = "unknown";
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const server = await getServer(cloud, id);
    if (!server) throw new FleetError({ action, place, cause: "somebody deleted the server", hint: "npm run up" });
    if (server.status === "ACTIVE") return server;
    if (server.status === "ERROR") throw new FleetError({ action, place, cause: `Nova could not make the server: ${server.fault ?? "it does not say why"}`, hint: "the flavor's disk and memory, the project's quota and free hosts decide that: openstack quota show, openstack hypervisor stats show" });
    status = server.status;
    await sleep(interval, undefined, { signal });
  }
  throw new FleetError({ action, place, cause: `the server was still ${status} when its time was up`, hint: "raise master.timeout of the site, or see why the cloud is slow" });
}

/** Where it can be reached: by a floating IP where one is wanted. @throws FleetError where it has no address. */
export async function addressOf(cloud: Cloud, server: NovaServer, { server: { floatingNetwork, network } }: InstanceInputs, action: string): Promise<string> {
  if (floatingNetwork !== undefined) return (await createFloatingIp(cloud, await findNetwork(cloud, floatingNetwork), server.id, server.name)).address;
  const found = server.addresses.find(({ version }) => version === 4) ?? server.addresses[0];
  if (found) return found.address;
  throw new FleetError({ action, place: placeOf(cloud.cloud, cloud.region), cause: `the server has no address on ${network}`, hint: "the network needs a subnet with free addresses: openstack subnet list" });
}

/** The key is given to the user by cloud-init as well: where a pair of the configuration is named, Nova hands out that one alone. */
function userData(user: string, publicKey: string): string {
  const login = { name: user, ssh_authorized_keys: [publicKey], ...(user === "root" ? {} : { lock_passwd: true, shell: "/bin/sh" }) };
  return `#cloud-config\n${JSON.stringify({ disable_root: user !== "root", users: ["default", login] })}\n`;
}
