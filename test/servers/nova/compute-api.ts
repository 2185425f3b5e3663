import { randomUUID } from "node:crypto";
import type { GlanceClient } from "../openstack/glance-client.ts";
import type { ApiReply, ApiRequest } from "./http-api.ts";
import { bootMachine, type Machine } from "./machine.ts";

/** A server as Nova keeps it. */
export interface StoredServer {
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly metadata: Record<string, string>;
  readonly imageId: string;
  readonly keyName: string | undefined;
  readonly userData: string;
  readonly address: string;
  created: string;
  status: "BUILD" | "ACTIVE" | "ERROR";
  fault?: string;
  machine?: Machine;
}

/** How the next servers fare. */
export interface Behaviour {
  /** They end in ERROR with this message. */
  fault?: string;
  /** They are ACTIVE, and nothing answers. */
  dead?: boolean;
  /** DELETE is answered by this status. */
  refuseDelete?: number;
}

export interface ComputeState {
  readonly servers: Map<string, StoredServer>;
  /** Public keys by name. */
  readonly keyPairs: Map<string, string>;
  readonly behaviour: Behaviour;
  readonly glance: GlanceClient;
  /** Addresses that a new server answers at; the first is its fixed one. */
  readonly newAddresses: () => readonly string[];
}

const flavor = { id: "42", name: "m1.tiny" };
const networkId = "6c0d4e9a-3f2b-4c8e-9a51-0d3c5b7e2f10";
export const network = { id: networkId, name: "private" };

/** The part of Nova's API, version 2.1, that is used: paths, statuses and documents as its reference describes them. */
export async function compute(state: ComputeState, project: string, { method, path, query, body }: ApiRequest): Promise<ApiReply> {
  const [, , kind, id, verb] = path.split("/");
  switch (`${method} ${kind}${id === undefined ? "" : id === "detail" ? "/detail" : "/:id"}${verb === undefined ? "" : `/${verb}`}`) {
    case "GET flavors": return { status: 200, json: { flavors: [{ ...flavor, links: [] }] } };
    case "POST os-keypairs": return createKeyPair(state, body["keypair"] as { name: string; public_key: string });
    case "DELETE os-keypairs/:id": return state.keyPairs.delete(decodeURIComponent(id!)) ? { status: 202 } : notFound(`Keypair ${id} not found`);
    case "POST servers": return createServer(state, project, body["server"] as ServerBody);
    case "GET servers/detail": return { status: 200, json: { servers: [...state.servers.values()].filter((server) => server.project === project && new RegExp(query.get("name") ?? "").test(server.name)).map(shown) } };
  }
  const server = state.servers.get(id ?? "");
  if (!server || server.project !== project) return notFound(`Instance ${id} could not be found.`);
  if (method === "GET") return { status: 200, json: { server: shown(server) } };
  if (method === "DELETE") return state.behaviour.refuseDelete ? failure(state.behaviour.refuseDelete, "conflictingRequest", "Cannot 'delete' instance while it is in task_state deleting") : remove(state, server);
  if (verb === "action" && "os-getConsoleOutput" in body) return { status: 200, json: { output: (await server.machine?.console()) ?? "" } };
  return notFound("The resource could not be found.");
}

interface ServerBody {
  readonly name: string;
  readonly imageRef: string;
  readonly flavorRef: string;
  readonly key_name?: string;
  readonly networks: readonly { readonly uuid: string }[];
  readonly metadata?: Record<string, string>;
  readonly user_data?: string;
}

async function createServer(state: ComputeState, project: string, body: ServerBody): Promise<ApiReply> {
  const image = await state.glance.get(body.imageRef).catch(() => undefined);
  if (image?.status !== "active") return badRequest(`Image ${body.imageRef} is not active.`);
  if (body.flavorRef !== flavor.id) return badRequest(`Flavor ${body.flavorRef} could not be found.`);
  if (body.networks[0]?.uuid !== networkId) return badRequest(`Network ${body.networks[0]?.uuid} could not be found.`);
  if (body.key_name !== undefined && !state.keyPairs.has(body.key_name)) return badRequest("Invalid key_name provided.");
  const addresses = state.newAddresses();
  const server: StoredServer = {
    id: randomUUID(), name: body.name, project, metadata: body.metadata ?? {}, imageId: body.imageRef, keyName: body.key_name,
    userData: Buffer.from(body.user_data ?? "", "base64").toString(), address: addresses[0]!, created: new Date().toISOString(), status: "BUILD",
  };
  state.servers.set(server.id, server);
  void build(state, server, addresses, image.disk_format ?? "raw");
  return { status: 202, json: { server: { id: server.id, links: [], "OS-DCF:diskConfig": "MANUAL", security_groups: [{ name: "default" }], adminPass: "password-of-the-server" } } };
}

/** What a scheduler and a hypervisor do: the bytes that Glance gives are what runs. */
async function build({ behaviour, glance, servers }: ComputeState, server: StoredServer, addresses: readonly string[], format: string): Promise<void> {
  if (behaviour.fault !== undefined) {
    server.fault = behaviour.fault;
    server.status = "ERROR";
    return;
  }
  if (!behaviour.dead) server.machine = await bootMachine({ disk: await glance.download(server.imageId), format, userData: server.userData, addresses });
  server.status = "ACTIVE";
  if (!servers.has(server.id)) await server.machine?.stop();
}

async function remove({ servers }: ComputeState, server: StoredServer): Promise<ApiReply> {
  servers.delete(server.id);
  await server.machine?.stop();
  return { status: 204 };
}

function createKeyPair({ keyPairs }: ComputeState, { name, public_key: publicKey }: { name: string; public_key: string }): ApiReply {
  if (!/^[A-Za-z0-9_ -]{1,255}$/.test(name)) return badRequest("Keypair data is invalid: Keypair name contains unsafe characters");
  if (keyPairs.has(name)) return failure(409, "conflictingRequest", `Key pair '${name}' already exists.`);
  keyPairs.set(name, publicKey);
  return { status: 200, json: { keypair: { name, public_key: publicKey, fingerprint: "", user_id: "" } } };
}

function shown({ id, name, status, metadata, created, fault, address, keyName, imageId }: StoredServer) {
  const addresses = status === "ACTIVE" ? { [network.name]: [{ addr: address, version: 4, "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01" }] } : {};
  return { id, name, status, metadata, created, updated: created, addresses, key_name: keyName ?? null, image: { id: imageId, links: [] }, flavor: { id: flavor.id, links: [] }, ...(fault !== undefined && { fault: { code: 500, created, message: fault } }) };
}

const badRequest = (message: string): ApiReply => failure(400, "badRequest", message);
const notFound = (message: string): ApiReply => failure(404, "itemNotFound", message);

function failure(status: number, kind: string, message: string): ApiReply {
  return { status, json: { [kind]: { code: status, message } } };
}
