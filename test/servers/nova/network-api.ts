import { randomUUID } from "node:crypto";
import type { ApiReply, ApiRequest } from "./http-api.ts";
import { network, type StoredServer } from "./compute-api.ts";

export interface StoredFloatingIp {
  readonly id: string;
  readonly floating_ip_address: string;
  readonly description: string;
  readonly created_at: string;
}

export interface NetworkState {
  readonly servers: ReadonlyMap<string, StoredServer>;
  readonly floatingIps: Map<string, StoredFloatingIp>;
  /** The address beside a server's fixed one. */
  readonly outerAddress: (server: StoredServer) => string;
}

export const outer = { id: "0b8a5f6e-91d4-4a3c-8f27-6e1d2c3b4a59", name: "public" };

/** The part of Neutron's API, version 2.0, that is used. */
export function networking(state: NetworkState, { method, path, query, body }: ApiRequest): ApiReply {
  const [, , kind, id] = path.split("/");
  const asked = (one: { id: string; name: string }) => ["id", "name"].every((key) => !query.has(key) || query.get(key) === one[key as "id" | "name"]);
  if (method === "GET" && kind === "networks") return { status: 200, json: { networks: [network, outer].filter(asked) } };
  if (method === "GET" && kind === "ports") {
    const server = state.servers.get(query.get("device_id") ?? "");
    return { status: 200, json: { ports: server ? [{ id: server.id, device_id: server.id }] : [] } };
  }
  if (method === "GET" && kind === "floatingips") return { status: 200, json: { floatingips: [...state.floatingIps.values()] } };
  if (method === "POST" && kind === "floatingips") return create(state, body["floatingip"] as { floating_network_id: string; port_id: string; description: string });
  if (method === "DELETE" && kind === "floatingips" && state.floatingIps.delete(id ?? "")) return { status: 204 };
  return { status: 404, json: { NeutronError: { type: "HTTPNotFound", message: "The resource could not be found.", detail: "" } } };
}

function create({ servers, floatingIps, outerAddress }: NetworkState, { floating_network_id: from, port_id: port, description }: { floating_network_id: string; port_id: string; description: string }): ApiReply {
  const server = servers.get(port);
  if (!server || from !== outer.id) return { status: 404, json: { NeutronError: { type: "PortNotFound", message: `Port ${port} could not be found.`, detail: "" } } };
  const floatingip = { id: randomUUID(), floating_ip_address: outerAddress(server), description, created_at: new Date().toISOString() };
  floatingIps.set(floatingip.id, floatingip);
  return { status: 201, json: { floatingip: { ...floatingip, floating_network_id: from, port_id: port, status: "DOWN" } } };
}
