import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import got from "got";
import { adminPassword } from "../openstack/configuration.ts";
import { KeystoneClient } from "../openstack/keystone-client.ts";
import type { Openstack } from "../openstack/start-openstack.ts";
import { compute, type Behaviour, type StoredServer } from "./compute-api.ts";
import { serveJson, type ApiReply, type ApiRequest } from "./http-api.ts";
import { networking, type StoredFloatingIp } from "./network-api.ts";

/** A stand-in for Nova and Neutron in one region of a real Keystone and Glance. */
export interface Nova {
  readonly servers: ReadonlyMap<string, StoredServer>;
  readonly keyPairs: ReadonlyMap<string, string>;
  readonly floatingIps: ReadonlyMap<string, StoredFloatingIp>;
  /** How the next servers fare; may be changed. */
  readonly behaviour: Behaviour;
  /** Every request as `POST /v2.1/servers`. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

/** Servers answer at port 22 of their addresses: containers let anyone listen there, other machines only root. */
export const mayListen = process.getuid?.() === 0 || Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")) <= 22;

/** What microversions Nova says that it speaks; asked for another one, it refuses. */
const versions = { least: 1, most: 90 };

/**
 * Registers itself in the catalog and answers as the API reference says. Its servers are real: QEMU runs the very bytes that the
 * region's Glance gives for the image, with the user data of the request, at addresses within 127.0.0.0/8.
 */
export async function startNova(openstack: Openstack, region: string): Promise<Nova> {
  const servers = new Map<string, StoredServer>();
  const keyPairs = new Map<string, string>();
  const floatingIps = new Map<string, StoredFloatingIp>();
  const behaviour: Behaviour = {};
  const requests: string[] = [];
  const projects = new Map<string, Promise<string | undefined>>();
  const subnet = `127.${randomInt(2, 255)}.${randomInt(255)}`;
  let last = 0;
  const newAddresses = () => { last += 2; return [`${subnet}.${last - 1}`, `${subnet}.${last}`]; };
  const outerAddress = ({ address }: StoredServer) => `${subnet}.${Number(address.split(".")[3]) + 1}`;
  const state = { servers, keyPairs, floatingIps, behaviour, newAddresses, outerAddress, glance: openstack.glance(region, "factory") };

  const answer = async (request: ApiRequest): Promise<ApiReply> => {
    requests.push(`${request.method} ${request.path}`);
    const token = String(request.headers["x-auth-token"] ?? "");
    const known = projects.get(token) ?? projectOf(openstack.authUrl, token);
    projects.set(token, known);
    const project = await known;
    if (project === undefined) return { status: 401, json: { error: { code: 401, title: "Unauthorized", message: "The request you have made requires authentication." } } };
    if (!request.path.startsWith("/v2.1/")) return networking(state, request);
    const version = /(?:^|compute )2\.(\d+)$/.exec(String(request.headers["openstack-api-version"] ?? "compute 2.1"))?.[1];
    if (Number(version) > versions.most || !(Number(version) >= versions.least)) return { status: 406, json: { computeFault: { code: 406, message: `Version is not supported by the API. Minimum is 2.${versions.least} and maximum is 2.${versions.most}.` } } };
    const headers = { "openstack-api-version": `compute 2.${version}`, vary: "OpenStack-API-Version" };
    return { ...(await compute(state, project, request)), headers };
  };

  const { url, stop } = await serveJson(answer);
  await register(openstack.authUrl, region, { compute: `${url}/v2.1`, network: url });
  return {
    servers, keyPairs, floatingIps, behaviour, requests,
    async stop() {
      await stop();
      await Promise.all([...servers.values()].flatMap(({ machine }) => machine?.stop() ?? []));
    },
  };
}

/** As Keystone says. @returns undefined where it does not know the token. */
async function projectOf(authUrl: string, token: string): Promise<string | undefined> {
  const { statusCode, body } = await got(`${authUrl}/auth/tokens`, { headers: { "x-auth-token": token, "x-subject-token": token }, throwHttpErrors: false, retry: { limit: 0 } });
  return statusCode === 200 ? (JSON.parse(body) as { token: { project: { id: string } } }).token.project.id : undefined;
}

async function register(authUrl: string, region: string, endpoints: Readonly<Record<string, string>>): Promise<void> {
  const admin = new KeystoneClient(authUrl, { user: "admin", password: adminPassword, project: "admin" });
  for (const [type, url] of Object.entries(endpoints)) {
    const { service } = await admin.call<{ service: { id: string } }>("POST", "services", { service: { type, name: type } });
    await admin.call("POST", "endpoints", { endpoint: { service_id: service.id, interface: "public", region_id: region, url } });
  }
}
