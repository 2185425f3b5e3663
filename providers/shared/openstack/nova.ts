import { z } from "zod";
import { FleetError } from "#model/errors";
import { CloudError } from "#providers/shared/openstack/cloud-error";
import { placeOf, type Cloud, type ServiceRequest } from "#providers/shared/openstack/open-cloud";

/** A server as Nova knows it. Microversion 2.1, which every Nova speaks, says all of it. */
export interface NovaServer {
  readonly id: string;
  readonly name: string;
  /** `BUILD`, `ACTIVE`, `ERROR`, ... */
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly created: string;
  /** Why it is in ERROR. */
  readonly fault?: string;
  readonly addresses: readonly { readonly address: string; readonly version: number; readonly floating: boolean }[];
}

/** What a server is made of. */
export interface ServerOrder {
  readonly name: string;
  readonly imageId: string;
  readonly flavorId: string;
  readonly networkId: string;
  readonly keyName?: string;
  readonly securityGroups: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly userData: string;
}

const address = z.object({ addr: z.string(), version: z.number(), "OS-EXT-IPS:type": z.string().optional() });
const serverSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
  created: z.string().default(""),
  fault: z.object({ message: z.string() }).optional(),
  addresses: z.record(z.string(), z.array(address)).default({}),
});
const flavors = z.object({ flavors: z.array(z.object({ id: z.string(), name: z.string() })), flavors_links: z.array(z.object({ rel: z.string(), href: z.string() })).default([]) });

/** @throws FleetError where no flavor has this name or id. */
export async function findFlavor(cloud: Cloud, nameOrId: string): Promise<string> {
  const action = `find the flavor ${nameOrId}`;
  let query: URLSearchParams | undefined = new URLSearchParams();
  const names: string[] = [];
  while (query) {
    const page: z.infer<typeof flavors> = await ask(cloud, { service: "compute", method: "GET", path: "/flavors", query, action }, flavors);
    const found = page.flavors.find(({ id, name }) => id === nameOrId || name === nameOrId);
    if (found) return found.id;
    names.push(...page.flavors.map(({ name }) => name));
    const next = page.flavors_links.find(({ rel }) => rel === "next");
    query = next && new URL(next.href, "http://nova").searchParams;
  }
  throw new FleetError({ action, place: place(cloud), cause: `there are ${names.slice(0, 8).join(", ") || "none"}${names.length > 8 ? " and others" : ""}`, hint: "name one of them in `master.flavor` of the site" });
}

/** @returns its id; Nova has it at once, the server takes minutes. */
export async function createServer(cloud: Cloud, order: ServerOrder): Promise<string> {
  const { name, imageId, flavorId, networkId, keyName, securityGroups, metadata, userData } = order;
  const server = {
    name, imageRef: imageId, flavorRef: flavorId, networks: [{ uuid: networkId }], metadata,
    user_data: Buffer.from(userData).toString("base64"),
    ...(keyName !== undefined && { key_name: keyName }),
    ...(securityGroups.length > 0 && { security_groups: securityGroups.map((group) => ({ name: group })) }),
  };
  const made = z.object({ server: z.object({ id: z.string() }) });
  return (await ask(cloud, { service: "compute", method: "POST", path: "/servers", json: { server }, action: `create the server ${name}` }, made)).server.id;
}

/** @returns undefined where there is none. */
export async function getServer(cloud: Cloud, id: string): Promise<NovaServer | undefined> {
  const action = `read the server ${id}`;
  const { status, body } = await cloud.request({ service: "compute", method: "GET", path: `/servers/${encodeURIComponent(id)}`, action, also: [404] });
  return status === 404 ? undefined : serverOf(understood(cloud, action, z.object({ server: serverSchema }), body).server);
}

/** The project's servers whose name begins so. */
export async function listServers(cloud: Cloud, prefix: string): Promise<NovaServer[]> {
  const query = new URLSearchParams({ name: `^${prefix}`, limit: "1000" }); // Nova takes the name for a regular expression
  const { servers } = await ask(cloud, { service: "compute", method: "GET", path: "/servers/detail", query, action: "list the servers" }, z.object({ servers: z.array(serverSchema) }));
  return servers.map(serverOf).filter(({ name }) => name.startsWith(prefix));
}

export async function deleteServer(cloud: Cloud, { id, name }: Pick<NovaServer, "id" | "name">): Promise<void> {
  await cloud.request({ service: "compute", method: "DELETE", path: `/servers/${encodeURIComponent(id)}`, action: `delete the server ${name}`, also: [404] });
}

/** The last lines of its console; clouds may not offer it. */
export async function consoleLines(cloud: Cloud, id: string, lines: number): Promise<string[]> {
  const request = { service: "compute", method: "POST", path: `/servers/${encodeURIComponent(id)}/action`, json: { "os-getConsoleOutput": { length: lines } }, action: "read the server's console" } as const;
  const said = await ask(cloud, request, z.object({ output: z.string() })).catch(() => ({ output: "" }));
  return said.output.split(/\r?\n/).map((line) => line.trimEnd()).filter(Boolean).slice(-lines);
}

/** Hands Nova a public key, for the servers that name it. */
export async function createKeyPair(cloud: Cloud, name: string, publicKey: string): Promise<void> {
  await cloud.request({ service: "compute", method: "POST", path: "/os-keypairs", json: { keypair: { name, public_key: publicKey } }, action: `create the key pair ${name}` });
}

export async function deleteKeyPair(cloud: Cloud, name: string): Promise<void> {
  await cloud.request({ service: "compute", method: "DELETE", path: `/os-keypairs/${encodeURIComponent(name)}`, action: `delete the key pair ${name}`, also: [404] });
}

/** Asks a service, and reads its answer. */
export async function ask<T>(cloud: Cloud, request: ServiceRequest, schema: z.ZodType<T>): Promise<T> {
  return understood(cloud, request.action, schema, (await cloud.request(request)).body);
}

function understood<T>(cloud: Cloud, action: string, schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CloudError({ action, place: place(cloud), cause: "the answer is not what the API promises", hint: "check the addresses in the cloud's catalog" }, undefined, { cause: parsed.error });
}

function serverOf({ fault, addresses, ...server }: z.infer<typeof serverSchema>): NovaServer {
  const all = Object.values(addresses).flat().map(({ addr, version, "OS-EXT-IPS:type": type }) => ({ address: addr, version, floating: type === "floating" }));
  return { ...server, addresses: all, ...(fault && { fault: fault.message }) };
}

function place({ cloud, region }: Cloud): string {
  return placeOf(cloud, region);
}
