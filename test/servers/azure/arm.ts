import { randomUUID } from "node:crypto";
import type { Answer, Call } from "../strict-proxy.ts";
import { ArmError, notFound } from "./arm-error.ts";
import { parseId, type ArmState, type Operation, type Resource, type ResourcePath } from "./arm-state.ts";
import type { Identity } from "./identity.ts";
import { checkTags, type ResourceBody, type ResourceType } from "./resource-type.ts";

const permissionVersions = ["2015-07-01", "2018-07-01", "2022-04-01"];
const groupVersions = ["2020-06-01", "2021-04-01", "2022-09-01", "2023-07-01", "2024-03-01", "2024-11-01"];
const tagVersions = ["2019-10-01", "2020-06-01", "2021-04-01", "2022-09-01", "2024-03-01"];

export interface ArmOptions {
  readonly state: ArmState;
  readonly types: readonly ResourceType[];
  readonly identity: Identity;
  readonly subscription: string;
  readonly groups: ReadonlyMap<string, string>;
  /** Resources on a page of a list. */
  readonly pageSize: number;
}

/** Azure Resource Manager: who may do what, and where a resource is; what is right for it is its type's to say. */
export class Arm {
  /** Where clients see it; known when it serves. */
  url = "";
  /** Actions that nobody may do. */
  readonly denied = new Set<string>();
  readonly #options: ArmOptions;
  readonly #audience = /^https:\/\/127\.0\.0\.1:\d+\/?$|^https:\/\/management\.(core\.windows\.net|azure\.com)\/?$/;

  constructor(options: ArmOptions) {
    this.#options = options;
  }

  async handle(call: Call): Promise<Answer> {
    try {
      const answer = await this.#route(call);
      return { ...answer, headers: { "x-ms-request-id": randomUUID(), ...answer.headers } };
    } catch (error) {
      if (error instanceof ArmError) return error.answer();
      throw error;
    }
  }

  async #route(call: Call): Promise<Answer> {
    const { pathname, searchParams } = call.url;
    if (pathname === "/metadata/endpoints") return { status: 200, body: this.#endpoints() };
    this.#authenticate(call);
    const version = searchParams.get("api-version");
    if (!version) throw new ArmError(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(pathname)?.[1];
    if (subscription?.toLowerCase() !== this.#options.subscription.toLowerCase()) throw new ArmError(404, "SubscriptionNotFound", `The subscription '${subscription}' could not be found.`);
    const operation = /\/providers\/Microsoft\.Compute\/locations\/[^/]+\/(operations|results)\/([^/]+)$/i.exec(pathname);
    if (operation) return this.#poll(operation[1]!, operation[2]!);
    const permissions = /^(.*)\/providers\/Microsoft\.Authorization\/permissions$/i.exec(pathname);
    if (permissions) return this.#permissions(version);
    const tags = /^(.*)\/providers\/Microsoft\.Resources\/tags\/default$/i.exec(pathname);
    if (tags) return this.#tags(call, tags[1]!, version);
    const group = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)$/i.exec(pathname)?.[1];
    if (group) return this.#group(group, version);
    return this.#resource(call, version);
  }

  #endpoints(): object {
    const audiences = [`${this.url}/`];
    return {
      name: "Loopback", portal: `${this.url}/portal`, resourceManager: `${this.url}/`, gallery: `${this.url}/gallery`, graph: `${this.url}/graph`, graphAudience: `${this.url}/graph`,
      authentication: { loginEndpoint: `${this.url}/login`, audiences, tenant: "common", identityProvider: "AAD" },
      suffixes: { storage: "core.imagefleet.invalid", keyVaultDns: "vault.imagefleet.invalid", acrLoginServer: "azurecr.imagefleet.invalid" },
    };
  }

  #authenticate(call: Call): void {
    const why = this.#options.identity.refusal(call, this.#audience);
    if (why === "missing") throw new ArmError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
    if (why === "expired") throw new ArmError(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.");
    if (why) throw new ArmError(401, "InvalidAuthenticationToken", `The access token is invalid: ${why}.`);
  }

  #authorize(action: string, scope: string): void {
    if (!this.denied.has(action)) return;
    const { principal } = this.#options.identity;
    throw new ArmError(403, "AuthorizationFailed", `The client '${principal}' with object id '${principal}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`);
  }

  #permissions(version: string): Answer {
    knownVersion("Microsoft.Authorization/permissions", permissionVersions, version);
    const data = [...this.denied].filter((action) => action.startsWith("Microsoft.Storage/storageAccounts/blobServices/containers"));
    return { status: 200, body: { value: [{ actions: ["*"], notActions: [...this.denied].filter((action) => !data.includes(action)), dataActions: ["*"], notDataActions: data }] } };
  }

  #group(name: string, version: string): Answer {
    knownVersion("Microsoft.Resources/resourceGroups", groupVersions, version);
    const id = `/subscriptions/${this.#options.subscription}/resourceGroups/${name}`;
    this.#authorize("Microsoft.Resources/subscriptions/resourceGroups/read", id);
    return { status: 200, body: { id, name, type: "Microsoft.Resources/resourceGroups", location: this.#location(name), properties: { provisioningState: "Succeeded" } } };
  }

  #location(group: string): string {
    const location = this.#options.groups.get(group.toLowerCase());
    if (!location) throw new ArmError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
    return location;
  }

  async #resource(call: Call, version: string): Promise<Answer> {
    const path = parseId(decodeURIComponent(call.url.pathname));
    const type = path && this.#options.types.find((one) => one.type.toLowerCase() === path.type.toLowerCase());
    if (!path || !type) throw new ArmError(404, "InvalidResourceType", `The resource type could not be found for '${call.url.pathname}'.`);
    const state = this.#options.state;
    const verb = call.method === "DELETE" ? "delete" : call.method === "PUT" || call.method === "PATCH" ? "write" : call.method === "POST" ? "action" : "read";
    this.#authorize(`${type.type}/${verb}`, path.id);
    this.#location(path.group);
    knownVersion(type.type, type.apiVersions, version);
    if (path.names.length < path.type.split("/").length - 1) return this.#list(call, path, type);
    const old = state.get(path.id);
    if (call.method === "PUT" && type.put) return this.#put(call, path, type, old);
    if (call.method === "DELETE") return this.#delete(path, type, old);
    if (!old) throw notFound(type.type, path.names.join("/"), path.group);
    if (call.method === "GET") return { status: 200, body: shown(type, old, call) };
    if (call.method === "PATCH" && type.put) return this.#put(call, path, type, old);
    throw new ArmError(405, "MethodNotAllowed", `${call.method} is not there for ${type.type}.`);
  }

  #list(call: Call, path: ResourcePath, type: ResourceType): Answer {
    const below = path.id.split("/").slice(0, type.type.split("/").length > 2 ? -1 : -3).join("/");
    if (type.type.split("/").length > 2 && !this.#options.state.get(below)) throw notFound(type.type.split("/").slice(0, -1).join("/"), path.names.join("/"), path.group);
    const all = this.#options.state.list(below, type.type);
    const skip = Number(call.url.searchParams.get("$skiptoken") ?? 0);
    const next = new URL(call.url.pathname + call.url.search, this.url);
    next.searchParams.set("$skiptoken", String(skip + this.#options.pageSize));
    return { status: 200, body: { value: all.slice(skip, skip + this.#options.pageSize), ...(all.length > skip + this.#options.pageSize && { nextLink: next.href }) } };
  }

  async #put(call: Call, path: ResourcePath, type: ResourceType, old: Resource | undefined): Promise<Answer> {
    if (old && ["Creating", "Updating", "Deleting"].includes(String(old.properties.provisioningState))) throw new ArmError(409, "Conflict", `The request failed due to conflict with a concurrent request: ${path.id} is ${String(old.properties.provisioningState)}.`);
    let body: ResourceBody;
    try {
      body = JSON.parse(call.body.toString()) as ResourceBody;
    } catch {
      throw new ArmError(400, "InvalidRequestContent", "The request content was invalid and could not be deserialized.");
    }
    const { resource, operation } = await type.put!(path, body, old);
    return { status: old ? 200 : 201, headers: this.#follow(operation, resource, "operations", "azure-asyncoperation"), body: resource };
  }

  #delete(path: ResourcePath, type: ResourceType, old: Resource | undefined): Answer {
    if (!old) return { status: 204 };
    if (!type.put) throw new ArmError(405, "MethodNotAllowed", `DELETE is not there for ${type.type}.`);
    type.mayDelete?.(old);
    const operation = this.#options.state.begin(old, "Deleting", () => void this.#options.state.remove(path.id));
    return { status: 202, headers: { ...this.#follow(operation, old, "operations", "azure-asyncoperation"), ...this.#follow(operation, old, "results", "location") } };
  }

  #follow(operation: Operation, resource: Resource, kind: "operations" | "results", header: string): Record<string, string> {
    return { [header]: `${this.url}/subscriptions/${this.#options.subscription}/providers/Microsoft.Compute/locations/${resource.location}/${kind}/${operation.id}?monitor=true&api-version=2024-03-03`, "retry-after": "0" };
  }

  #poll(kind: string, id: string): Answer {
    const operation = this.#options.state.operations.get(id);
    if (!operation) throw new ArmError(404, "NotFound", `The operation ${id} was not found.`);
    const { started: startTime, status, error } = operation;
    if (kind === "results") return { status: status === "InProgress" ? 202 : status === "Failed" ? 409 : 200, headers: { "retry-after": "0" }, ...(error && { body: { error } }) };
    return { status: 200, headers: { "retry-after": "0" }, body: { name: id, startTime, status, ...(status !== "InProgress" && { endTime: new Date().toISOString() }), ...(error && { error }) } };
  }

  #tags(call: Call, id: string, version: string): Answer {
    knownVersion("Microsoft.Resources/tags", tagVersions, version);
    const resource = this.#options.state.get(decodeURIComponent(id));
    if (!resource) throw notFound("resource", id, "");
    this.#authorize(`Microsoft.Resources/tags/${call.method === "GET" ? "read" : "write"}`, id);
    if (call.method === "PATCH") {
      const { operation, properties } = JSON.parse(call.body.toString()) as { operation: "Replace" | "Merge" | "Delete"; properties: { tags: Record<string, string> } };
      const gone = (name: string): boolean => operation === "Delete" && [resource.tags?.[name], ""].includes(properties.tags[name]); // by name, or by name and value
      const tags = operation === "Replace" ? properties.tags : operation === "Merge" ? { ...resource.tags, ...properties.tags } : Object.fromEntries(Object.entries(resource.tags ?? {}).filter(([name]) => !gone(name)));
      checkTags(tags);
      resource.tags = tags;
    }
    return { status: 200, body: { id: `${id}/providers/Microsoft.Resources/tags/default`, name: "default", type: "Microsoft.Resources/tags", properties: { tags: resource.tags ?? {} } } };
  }
}

function knownVersion(type: string, versions: readonly string[], version: string): void {
  if (!versions.includes(version)) throw new ArmError(400, "NoRegisteredProviderFound", `No registered resource provider found for API version '${version}' for type '${type}'. The supported api-versions are '${versions.join(", ")}'.`);
}

function shown(type: ResourceType, resource: Resource, { url }: Call): Resource {
  return type.show?.(resource, url.searchParams.get("$expand")) ?? resource;
}
