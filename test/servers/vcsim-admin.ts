/** What passed through a vCenter since it started or since `resetCounters`. */
export interface VcenterCounters {
  /** Transfers of files to it, finished or not. */
  readonly uploads: number;
  /** Bytes of those files that arrived. */
  readonly uploadedBytes: number;
  /** Bytes that its subscribed libraries fetched from publishers. */
  readonly pulledBytes: number;
  /** By method and path, ids replaced: `GET /api/content/library/{id}`, `POST /api/...?action=sync`. */
  readonly requests: Readonly<Record<string, number>>;
}

/** What goes wrong until `clearFaults`, or so many times. */
export type VcenterFault = { readonly times?: number } & (
  /** For every request: the connection breaks; silence; 503; REST sessions end before the request is served. */
  | { readonly kind: "reset" | "hang" | "error" | "expire-sessions" }
  /**
   * For uploads of files whose name contains `file` (default: all), when so many bytes have come (default 0): the connection
   * breaks; REST sessions end and the upload is refused with 401; it is refused for lack of space.
   */
  | { readonly kind: "upload-cut" | "upload-session-expires" | "datastore-full"; readonly afterBytes?: number; readonly file?: string }
);

export interface SimulatedLibrary {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly publish_info?: { readonly publish_url: string };
}

export interface SimulatedItem {
  readonly id: string;
  readonly library: string;
  readonly name: string;
  readonly description: string;
  readonly sourceId?: string;
  readonly cached: boolean;
  readonly files: readonly { readonly name: string; readonly size?: number; readonly cached?: boolean }[];
}

interface RawItem {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly source_id?: string;
  readonly cached?: boolean;
}

/** Counters, faults, and acts out of band: they need no login, count nowhere and meet no fault. */
export class VcsimAdmin {
  /** Of the admin server: see tools/vcsim/admin.go. */
  readonly url: string;
  constructor(url: string) {
    this.url = url;
  }

  counters(vcenter: string): Promise<VcenterCounters> {
    return this.ask<VcenterCounters>("GET", `${vcenter}/counters`);
  }

  resetCounters(vcenter: string): Promise<void> {
    return this.ask("DELETE", `${vcenter}/counters`);
  }

  fault(vcenter: string, fault: VcenterFault): Promise<void> {
    return this.ask("POST", `${vcenter}/faults`, fault);
  }

  clearFaults(vcenter: string): Promise<void> {
    return this.ask("DELETE", `${vcenter}/faults`);
  }

  expireSessions(vcenter: string): Promise<void> {
    return this.ask("POST", `${vcenter}/expire`);
  }

  /** From now on the vCenter says so of a file, whatever it holds. */
  setChecksum(vcenter: string, item: string, file: string, value: string): Promise<void> {
    return this.ask("PUT", `${vcenter}/checksum`, { item, file, value });
  }

  async libraries(vcenter: string): Promise<SimulatedLibrary[]> {
    const ids = await this.rest<string[] | null>(vcenter, "GET", "com/vmware/content/library");
    return Promise.all((ids ?? []).map((id) => this.rest<SimulatedLibrary>(vcenter, "GET", `com/vmware/content/library/id:${id}`)));
  }

  /** Items of all libraries, or of one, with their files, by name. */
  async items(vcenter: string, library?: string): Promise<SimulatedItem[]> {
    const items = (await this.libraries(vcenter)).filter(({ name }) => name === (library ?? name)).map(async ({ id, name }) => {
      const ids = await this.rest<string[] | null>(vcenter, "GET", `com/vmware/content/library/item?library_id=${id}`);
      return Promise.all((ids ?? []).map((item) => this.item(vcenter, name, item)));
    });
    return (await Promise.all(items)).flat().sort((a, b) => a.name.localeCompare(b.name));
  }

  private async item(vcenter: string, library: string, id: string): Promise<SimulatedItem> {
    const { name, description = "", source_id: sourceId, cached = false } = await this.rest<RawItem>(vcenter, "GET", `com/vmware/content/library/item/id:${id}`);
    const files = await this.rest<SimulatedItem["files"] | null>(vcenter, "GET", `com/vmware/content/library/item/file?library_item_id=${id}`);
    return { id, library, name, description, cached, files: files ?? [], ...(sourceId && { sourceId }) };
  }

  deleteItem(vcenter: string, id: string): Promise<void> {
    return this.rest(vcenter, "DELETE", `com/vmware/content/library/item/id:${id}`);
  }

  renameItem(vcenter: string, id: string, name: string): Promise<void> {
    return this.rest(vcenter, "PATCH", `com/vmware/content/library/item/id:${id}`, { update_spec: { name } });
  }

  /** An item as an upload leaves it that broke at once: without files. @returns its id */
  createItem(vcenter: string, libraryId: string, name: string, description = ""): Promise<string> {
    return this.rest(vcenter, "POST", "com/vmware/content/library/item", { create_spec: { library_id: libraryId, name, description, type: "ovf" } });
  }

  /** An item with these files, uploaded as a client does; their bytes do count. @returns its id */
  async uploadItem(vcenter: string, libraryId: string, { name, description, files }: { name: string; description?: string; files: Readonly<Record<string, Buffer>> }): Promise<string> {
    const id = await this.createItem(vcenter, libraryId, name, description);
    const session = await this.rest<string>(vcenter, "POST", "com/vmware/content/library/item/update-session", { create_spec: { library_item_id: id } });
    for (const [file, bytes] of Object.entries(files)) {
      const path = `com/vmware/content/library/item/updatesession/file/id:${session}?~action=add`;
      const { upload_endpoint: { uri } } = await this.rest<{ upload_endpoint: { uri: string } }>(vcenter, "POST", path, { file_spec: { name: file, source_type: "PUSH", size: bytes.length } });
      await this.ask("PUT", `${vcenter}${new URL(uri).pathname}`, bytes);
    }
    await this.rest(vcenter, "POST", `com/vmware/content/library/item/update-session/id:${session}?~action=complete`);
    return id;
  }

  /** @returns id of an empty local library, published when asked for. */
  createLibrary(vcenter: string, name: string, { published = false } = {}): Promise<string> {
    return this.addLibrary(vcenter, "local-library", { name, type: "LOCAL", ...(published && { publish_info: { published, authentication_method: "NONE" } }) });
  }

  /** @returns id of a library that is subscribed to what is published at this address. */
  subscribe(vcenter: string, name: string, url: string, { onDemand = false } = {}): Promise<string> {
    const subscription = { subscription_url: url, on_demand: onDemand, automatic_sync_enabled: true, authentication_method: "NONE" };
    return this.addLibrary(vcenter, "subscribed-library", { name, type: "SUBSCRIBED", subscription_info: subscription });
  }

  private async addLibrary(vcenter: string, kind: string, spec: object): Promise<string> {
    const [datastore] = await this.rest<{ datastore: string }[]>(vcenter, "GET", "vcenter/datastore");
    return this.rest(vcenter, "POST", `com/vmware/content/${kind}`, { create_spec: { ...spec, storage_backings: [{ type: "DATASTORE", datastore_id: datastore?.datastore }] } });
  }

  deleteLibrary(vcenter: string, id: string): Promise<void> {
    return this.rest(vcenter, "DELETE", `com/vmware/content/library/id:${id}`);
  }

  /** A verb below `/rest/`; answers its value. */
  async rest<T>(vcenter: string, method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask<{ value?: T } | undefined>(method, `${vcenter}/rest/${path}`, body);
    return answer?.value as T;
  }

  private async ask<T = void>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/${path}`, { method, ...(body !== undefined && { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`vcsim: ${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
