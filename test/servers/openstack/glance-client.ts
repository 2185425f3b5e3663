import type { Readable } from "node:stream";
import got, { type Got } from "got";
import type { KeystoneClient } from "./keystone-client.ts";

/** An image as the API shows it; our own properties lie beside Glance's. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string | null;
  readonly status: "queued" | "saving" | "uploading" | "importing" | "active" | "killed" | "deactivated" | "deleted" | "pending_delete";
  readonly visibility: "private" | "shared" | "community" | "public";
  readonly owner: string;
  readonly protected: boolean;
  readonly os_hidden: boolean;
  readonly size: number | null;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly disk_format: string | null;
  readonly container_format: string | null;
  readonly min_disk: number;
  readonly min_ram: number;
  readonly tags: readonly string[];
  readonly [property: string]: unknown;
}

export interface GlanceMember {
  readonly member_id: string;
  readonly status: "pending" | "accepted" | "rejected";
}

/** An entry of RFC 6902. */
export interface Patch {
  readonly op: "add" | "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** Glance as one project sees it, for tests that act behind the program's back. A refusal throws got's HTTPError. */
export class GlanceClient {
  readonly #http: Got;

  constructor(endpoint: string, keystone: KeystoneClient) {
    this.#http = got.extend({
      prefixUrl: `${endpoint}/v2`,
      retry: { limit: 0 },
      hooks: { beforeRequest: [async (options) => void (options.headers["x-auth-token"] = await keystone.token())] },
    });
  }

  create(image: Record<string, unknown>): Promise<GlanceImage> {
    return this.#http.post("images", { json: { disk_format: "raw", container_format: "bare", ...image } }).json();
  }

  /** All images that the project sees, hidden ones left out unless asked for: `list({ os_hidden: true })`. */
  async list(query: Record<string, string | boolean> = {}): Promise<GlanceImage[]> {
    const { images } = await this.#http.get("images", { searchParams: { limit: 1000, ...query } }).json<{ images: GlanceImage[] }>();
    return images;
  }

  get(id: string): Promise<GlanceImage> {
    return this.#http.get(`images/${id}`).json();
  }

  patch(id: string, changes: readonly Patch[]): Promise<GlanceImage> {
    const headers = { "content-type": "application/openstack-images-v2.1-json-patch" };
    return this.#http.patch(`images/${id}`, { headers, body: JSON.stringify(changes) }).json();
  }

  /** Sets attributes and properties, whether they are there or not. */
  set(id: string, values: Record<string, unknown>): Promise<GlanceImage> {
    return this.patch(id, Object.entries(values).map(([name, value]) => ({ op: "add", path: `/${name}`, value })));
  }

  async delete(id: string): Promise<void> {
    await this.#http.delete(`images/${id}`);
  }

  async upload(id: string, body: Buffer | Readable): Promise<void> {
    await this.#http.put(`images/${id}/file`, { body, headers: { "content-type": "application/octet-stream" } });
  }

  async download(id: string): Promise<Buffer> {
    return Buffer.from(await this.#http.get(`images/${id}/file`).buffer());
  }

  /** Has Glance fetch the bytes itself; the image is `importing` until it is `active`, or `queued` again. */
  async webDownload(id: string, uri: string): Promise<void> {
    await this.#http.post(`images/${id}/import`, { json: { method: { name: "web-download", uri } } });
  }

  async members(id: string): Promise<GlanceMember[]> {
    return (await this.#http.get(`images/${id}/members`).json<{ members: GlanceMember[] }>()).members;
  }

  async addMember(id: string, project: string): Promise<void> {
    await this.#http.post(`images/${id}/members`, { json: { member: project } });
  }

  async setMemberStatus(id: string, project: string, status: GlanceMember["status"]): Promise<void> {
    await this.#http.put(`images/${id}/members/${project}`, { json: { status } });
  }

  async removeMember(id: string, project: string): Promise<void> {
    await this.#http.delete(`images/${id}/members/${project}`);
  }
}
