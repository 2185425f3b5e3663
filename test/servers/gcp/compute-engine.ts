import type { Answer, Call } from "../strict-proxy.ts";
import { fingerprint, newId, type ComputeState, type Image } from "./compute-state.ts";
import { answering, GoogleError } from "./google-error.ts";
import { checkFamily, checkImage, checkLabels, checkPolicy, type ImageBody, type Policy } from "./image-rules.ts";
import { listFilter } from "./list-filter.ts";
import type { Metadata } from "./metadata.ts";

export interface ComputeOptions {
  readonly state: ComputeState;
  readonly metadata: Metadata;
  /** Permissions that nobody has. */
  readonly denied: ReadonlySet<string>;
  /** Images on a page of a list at most. */
  readonly pageSize: number;
  /** Size of the archive and its disk. @throws GoogleError when there is none, or it is no disk. */
  readonly readDisk: (source: string) => Promise<{ readonly archiveBytes: number; readonly bytes: number }>;
}

const verbs: Readonly<Record<string, string>> = { setLabels: "setLabels", deprecate: "deprecate", getIamPolicy: "getIamPolicy", setIamPolicy: "setIamPolicy", testIamPermissions: "get" };

/** Images of Compute Engine, and the permissions of Resource Manager. */
export class ComputeEngine {
  url = "";
  readonly #options: ComputeOptions;

  constructor(options: ComputeOptions) {
    this.#options = options;
  }

  handle(call: Call): Promise<Answer> {
    return answering(() => this.#route(call));
  }

  async #route(call: Call): Promise<Answer> {
    if (call.cut) return { status: 0 };
    const { metadata, state } = this.#options;
    metadata.authenticate(call);
    const path = decodeURIComponent(call.url.pathname);
    if (call.method === "POST" && path === `/v1/projects/${metadata.project}:testIamPermissions`) return this.#granted(call);
    const [, project, kind, name, verb] = /^\/compute\/v1\/projects\/([^/]+)\/global\/(images|operations)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(path) ?? [];
    if (project !== metadata.project) throw new GoogleError(404, "notFound", `The resource 'projects/${project}' was not found`);
    if (kind === "operations") return this.#operation(name ?? "");
    if (name === undefined) return call.method === "POST" ? this.#insert(call) : this.#list(call);
    if (name === "family" && verb !== undefined) return this.#fromFamily(verb);
    this.#authorize(verb ? `compute.images.${verbs[verb] ?? verb}` : `compute.images.${call.method === "DELETE" ? "delete" : call.method === "PATCH" ? "update" : "get"}`, name);
    const image = state.image(project, name);
    switch (`${call.method} ${verb ?? ""}`) {
      case "GET ": return { status: 200, body: image };
      case "DELETE ": return this.#delete(image);
      case "PATCH ": return this.#patch(call, image);
      case "POST setLabels": return this.#setLabels(call, image);
      case "POST deprecate": return this.#deprecate(call, image);
      case "GET getIamPolicy": return { status: 200, body: this.#policy(image) };
      case "POST setIamPolicy": return this.#setPolicy(call, image);
      case "POST testIamPermissions": return this.#granted(call);
      default: throw new GoogleError(404, "notFound", `Not found: ${call.method} ${path}`);
    }
  }

  #authorize(permission: string, image: string): void {
    if (this.#options.denied.has(permission)) throw new GoogleError(403, "forbidden", `Required '${permission}' permission for 'projects/${this.#options.metadata.project}/global/images/${image}'`);
  }

  #granted(call: Call): Answer {
    const { permissions = [] } = json<{ permissions?: string[] }>(call);
    return { status: 200, body: { permissions: permissions.filter((one) => !this.#options.denied.has(one)) } };
  }

  #operation(name: string): Answer {
    this.#authorize("compute.globalOperations.get", name);
    const operation = this.#options.state.operations.get(name);
    if (!operation) throw new GoogleError(404, "notFound", `The resource 'operations/${name}' was not found`);
    return { status: 200, body: operation };
  }

  async #insert(call: Call): Promise<Answer> {
    const { state, metadata: { project }, readDisk } = this.#options;
    const body = json<ImageBody>(call);
    this.#authorize("compute.images.create", body.name ?? "");
    checkImage(body);
    const name = body.name!;
    if (state.images.has(name)) throw new GoogleError(409, "alreadyExists", `The resource 'projects/${project}/global/images/${name}' already exists`);
    const disk = await readDisk(body.rawDisk!.source!);
    const least = Math.ceil(disk.bytes / 2 ** 30);
    if (body.diskSizeGb !== undefined && Number(body.diskSizeGb) < least) throw new GoogleError(400, "invalid", `Requested disk size cannot be smaller than the image size (${least} GB)`);
    const labels = body.labels ?? {};
    const image: Image = {
      ...body, kind: "compute#image", id: newId(), name, selfLink: `${this.url}/compute/v1/projects/${project}/global/images/${name}`, creationTimestamp: new Date().toISOString(), status: "PENDING", sourceType: "RAW",
      labels, labelFingerprint: fingerprint(labels), rawDisk: { source: "", containerType: "TAR" }, diskSizeGb: String(body.diskSizeGb ?? least), storageLocations: body.storageLocations?.length ? body.storageLocations : ["eu"], architecture: body.architecture ?? "X86_64",
    };
    state.images.set(name, image);
    return { status: 200, body: state.begin("insert", image, () => void Object.assign(image, { status: "READY", archiveSizeBytes: String(disk.archiveBytes) })) };
  }

  #list({ url }: Call): Answer {
    this.#authorize("compute.images.list", "");
    const { state, pageSize, metadata } = this.#options;
    const filter = url.searchParams.get("filter");
    const all = [...state.images.values()].filter(filter ? listFilter(filter) : () => true).sort((a, b) => (a.name < b.name ? -1 : 1));
    const most = Number(url.searchParams.get("maxResults") ?? 500);
    if (!(most >= 0 && most <= 500)) throw new GoogleError(400, "invalid", `Invalid value '${most}'. Values must be within the range: [0, 500]`);
    const start = Number(Buffer.from(url.searchParams.get("pageToken") ?? "", "base64url").toString() || 0);
    const end = start + Math.min(most, pageSize);
    return { status: 200, body: { kind: "compute#imageList", id: `projects/${metadata.project}/global/images`, ...(all.length && { items: all.slice(start, end) }), ...(end < all.length && { nextPageToken: Buffer.from(String(end)).toString("base64url") }) } };
  }

  /** What consumers get who name the family: its newest image that is not deprecated. */
  #fromFamily(family: string): Answer {
    this.#authorize("compute.images.getFromFamily", family);
    const { state, metadata: { project } } = this.#options;
    const image = [...state.images.values()].filter((one) => one.family === family && !one.deprecated).sort((a, b) => b.creationTimestamp.localeCompare(a.creationTimestamp))[0];
    if (!image) throw new GoogleError(404, "notFound", `The resource 'projects/${project}/global/images/family/${family}' was not found`);
    return { status: 200, body: image };
  }

  #delete(image: Image): Answer {
    const { state } = this.#options;
    image.status = "DELETING";
    const gone = (): void => void (state.images.get(image.name) === image && state.images.delete(image.name) && state.policies.delete(image.name));
    return { status: 200, body: state.begin("delete", image, gone) };
  }

  #patch(call: Call, image: Image): Answer {
    const { description, family, ...others } = json<ImageBody>(call);
    const fixed = Object.keys(others).find((name) => name !== "deprecated"); // taken, and without effect
    if (fixed) throw new GoogleError(400, "invalid", `The field '${fixed}' cannot be changed.`);
    checkFamily(family ?? undefined);
    const changes = { ...(description !== undefined && { description }), ...(family && { family }) }; // none takes it out of its family
    return { status: 200, body: this.#options.state.begin("patch", image, () => void Object.assign(image, changes)) };
  }

  #setLabels(call: Call, image: Image): Answer {
    const { labels = {}, labelFingerprint } = json<{ labels?: Record<string, string>; labelFingerprint?: string }>(call);
    checkLabels(labels);
    if (labelFingerprint !== image.labelFingerprint) throw new GoogleError(412, "conditionNotMet", "Labels fingerprint either invalid or resource labels have changed");
    Object.assign(image, { labels, labelFingerprint: fingerprint(labels) });
    return { status: 200, body: this.#options.state.begin("setLabels", image) };
  }

  #deprecate(call: Call, image: Image): Answer {
    const deprecated = json<{ state?: string }>(call);
    const state = deprecated.state ?? "ACTIVE";
    if (!["ACTIVE", "DEPRECATED", "OBSOLETE", "DELETED"].includes(state)) throw new GoogleError(400, "invalid", `Invalid value for field 'resource.state': '${state}'.`);
    image.deprecated = state === "ACTIVE" ? undefined : { ...deprecated, state };
    return { status: 200, body: this.#options.state.begin("deprecate", image) };
  }

  #policy({ name }: Image): Policy {
    return this.#options.state.policies.get(name) ?? { version: 1, etag: "ACAB" };
  }

  #setPolicy(call: Call, image: Image): Answer {
    const { policy } = json<{ policy?: Policy }>(call);
    if (!policy) throw new GoogleError(400, "required", "Required field 'policy' not specified");
    checkPolicy(policy);
    if (policy.etag !== undefined && policy.etag !== this.#policy(image).etag) throw new GoogleError(412, "conditionNotMet", "The policy has been changed since it was read: its etag does not match.");
    const bindings = (policy.bindings ?? []).filter(({ members = [] }) => members.length > 0);
    const next = { version: policy.version ?? 1, ...(bindings.length && { bindings }) };
    const kept = { ...next, etag: fingerprint([next, Date.now(), Math.random()]) };
    this.#options.state.policies.set(image.name, kept);
    return { status: 200, body: kept };
  }
}

function json<T>({ body }: Call): T {
  try {
    return JSON.parse(body.toString()) as T;
  } catch {
    throw new GoogleError(400, "parseError", "Parse Error");
  }
}
