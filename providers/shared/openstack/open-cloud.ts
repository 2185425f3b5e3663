import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Method } from "got";
import { CloudError } from "#providers/shared/openstack/cloud-error";
import { readCloud, type CloudEntry } from "#providers/shared/openstack/clouds-file";
import { errorText } from "#providers/shared/openstack/error-text";
import { loginOf } from "#providers/shared/openstack/login";
import { defaultPatience, send, type Answer, type Patience, type Trust } from "#providers/shared/openstack/send";
import { Session, type Ticket } from "#providers/shared/openstack/session";

export interface ServiceRequest {
  /** Type in the catalog. */
  readonly service: "image" | "compute" | "network";
  readonly method: Method;
  /** Below the service's own address, with the version: `/v2/images`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is being done, to what: `delete the image debian-12-2026.1101.2`. */
  readonly action: string;
  /** Statuses that are answers too, besides those below 300: `[404]`. */
  readonly also?: readonly number[];
  /** What to do when it is refused. */
  readonly hint?: string;
}

/** A project in one region of a cloud. */
export interface Cloud {
  readonly cloud: string;
  /** Absent: the cloud has one. */
  readonly region: string | undefined;
  /** Id of the project that the credentials are for. */
  project(): Promise<string>;
  /** @throws CloudError */
  request(request: ServiceRequest): Promise<Answer>;
}

const sessions = new Map<string, Session>();

/**
 * A project in one region of a cloud, from its entry of clouds.yaml. Logging in waits for the first request; all who open the
 * same entry in this process share the token.
 * @param region Default: the entry's.
 * @throws CloudError where the entry cannot be read or does not say how to log in.
 */
export async function openCloud(cloud: string, region?: string, patience: Partial<Patience> = {}): Promise<Cloud> {
  const entry = await readCloud(cloud, region);
  const place = placeOf(cloud, region ?? entry.region_name);
  const login = loginOf(entry);
  if (typeof login === "string") throw new CloudError({ action: "log in", place, cause: login, hint: `mend the entry ${cloud} in clouds.yaml` });
  const trust = await trustOf(entry, place);
  // a digest, so that what was read before an edit of the file is not used after it, and no secret is a key
  const id = createHash("sha256").update(JSON.stringify([login, trust])).digest("hex");
  const session = sessions.get(id) ?? new Session(login, place, trust);
  sessions.set(id, session);
  return new Region({ cloud, region: region ?? entry.region_name, place, session, trust, entry, patience: { ...defaultPatience, ...patience } });
}

interface Parts {
  readonly cloud: string;
  readonly region: string | undefined;
  readonly place: string;
  readonly session: Session;
  readonly trust: Trust;
  readonly entry: CloudEntry;
  readonly patience: Patience;
}

class Region implements Cloud {
  readonly cloud: string;
  readonly region: string | undefined;
  private readonly parts: Parts;
  constructor(parts: Parts) {
    this.cloud = parts.cloud;
    this.region = parts.region;
    this.parts = parts;
  }

  async project(): Promise<string> {
    return (await this.parts.session.open(this.parts.patience)).project;
  }

  async request({ action, also = [], hint, ...request }: ServiceRequest): Promise<Answer> {
    const { session, patience, place } = this.parts;
    const ticket = await session.open(patience);
    let answer = await this.ask(ticket, { action, ...request });
    // the token was revoked, or ended while the request waited
    if (answer.status === 401) answer = await this.ask(await session.open(patience, ticket.token), { action, ...request });
    const { status, body } = answer;
    if (status < 300 || also.includes(status)) return answer;
    throw new CloudError({ action, place, cause: `the ${request.service} service answers ${status}${errorText(body)}`, hint: hint ?? hintOf(status) }, status);
  }

  private ask(ticket: Ticket, { service, method, path, query, json, headers, action }: ServiceRequest): Promise<Answer> {
    const { place, trust, patience } = this.parts;
    const url = new URL(`${this.address(ticket, service)}${path}${query ? `?${query.toString()}` : ""}`);
    return send({ action, place, method, url, trust, patience, headers: { ...headers, "x-auth-token": ticket.token }, ...(json !== undefined && { json }) });
  }

  /** Without a version at its end. */
  private address({ catalog }: Ticket, service: string): string {
    const { entry, region, place } = this.parts;
    const wanted = (entry.endpoint_type || entry.interface || "public").replace(/URL$/, "");
    const offered = catalog.filter(({ type }) => type === service).flatMap(({ endpoints }) => endpoints).filter((endpoint) => endpoint.interface === wanted);
    const found = offered.find((endpoint) => region === undefined || (endpoint.region_id ?? endpoint.region) === region);
    if (found) return found.url.replace(/\/+$/, "").replace(service === "image" ? /\/v\d[\d.]*$/ : /$/, "");
    const regions = [...new Set(offered.map((endpoint) => endpoint.region_id ?? endpoint.region))].join(", ");
    const cause = `its catalog has no ${wanted} address of the ${service} service${region === undefined ? "" : ` in the region ${region}`}${regions && `; it has it in ${regions}`}`;
    throw new CloudError({ action: `find the ${service} service`, place, cause, hint: "check the region in imagefleet:sites, and region_name and interface in clouds.yaml" });
  }
}

/** For messages. */
export function placeOf(cloud: string, region: string | undefined): string {
  return `cloud ${cloud}${region === undefined ? "" : `, region ${region}`}`;
}

async function trustOf({ verify, cacert, cert, key }: CloudEntry, place: string): Promise<Trust> {
  const pem = async (value: string | undefined, name: string): Promise<string | undefined> => {
    if (!value || value.includes("-----BEGIN")) return value;
    return readFile(value, "utf8").catch((error: Error) => {
      throw new CloudError({ action: "log in", place, cause: `${name} cannot be read: ${error.message}`, hint: `mend ${name} in clouds.yaml` }, undefined, { cause: error });
    });
  };
  const [certificateAuthority, certificate, privateKey] = await Promise.all([pem(cacert, "cacert"), pem(cert, "cert"), pem(key, "key")]);
  return { rejectUnauthorized: verify, ...(certificateAuthority && { certificateAuthority }), ...(certificate && { certificate }), ...(privateKey && { key: privateKey }) };
}

function hintOf(status: number): string {
  if (status === 401 || status === 403) return "check the roles of the user or application credential of the entry in clouds.yaml, and its quota";
  if (status === 413) return "the project's quota is used up: remove images, or raise it";
  if (status >= 500 || status === 429) return "the cloud is in trouble: run the same command again later";
  return "run the same command again; if it stays so, report it with the service's own log";
}
