/** A verb in vSphere's two REST dialects: `/api` since 7.0.2, `/rest` before. `{id}` stands for the one object concerned. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly api: string;
  readonly rest: string;
  /** Name that `/rest` wants around the body, where it wants one. */
  readonly body?: string;
}

export const routes = {
  login: { method: "POST", api: "session", rest: "com/vmware/cis/session" },
  logout: { method: "DELETE", api: "session", rest: "com/vmware/cis/session" },

  libraries: { method: "GET", api: "content/library", rest: "com/vmware/content/library" },
  findLibrary: { method: "POST", api: "content/library?action=find", rest: "com/vmware/content/library?~action=find", body: "spec" },
  library: { method: "GET", api: "content/library/{id}", rest: "com/vmware/content/library/id:{id}" },
  createSubscribed: { method: "POST", api: "content/subscribed-library", rest: "com/vmware/content/subscribed-library", body: "create_spec" },
  updateSubscribed: { method: "PATCH", api: "content/subscribed-library/{id}", rest: "com/vmware/content/subscribed-library/id:{id}", body: "update_spec" },
  syncLibrary: { method: "POST", api: "content/subscribed-library/{id}?action=sync", rest: "com/vmware/content/subscribed-library/id:{id}?~action=sync" },
  deleteLocal: { method: "DELETE", api: "content/local-library/{id}", rest: "com/vmware/content/local-library/id:{id}" },
  deleteSubscribed: { method: "DELETE", api: "content/subscribed-library/{id}", rest: "com/vmware/content/subscribed-library/id:{id}" },

  items: { method: "GET", api: "content/library/item?library_id={id}", rest: "com/vmware/content/library/item?library_id={id}" },
  item: { method: "GET", api: "content/library/item/{id}", rest: "com/vmware/content/library/item/id:{id}" },
  files: { method: "GET", api: "content/library/item/{id}/file", rest: "com/vmware/content/library/item/file?library_item_id={id}" },
  syncItem: { method: "POST", api: "content/library/subscribed-item/{id}?action=sync", rest: "com/vmware/content/library/subscribed-item/id:{id}?~action=sync" },
  updateSessions: { method: "GET", api: "content/library/item/update-session", rest: "com/vmware/content/library/item/update-session" },
  updateSession: { method: "GET", api: "content/library/item/update-session/{id}", rest: "com/vmware/content/library/item/update-session/id:{id}" },
  updateItem: { method: "PATCH", api: "content/library/item/{id}", rest: "com/vmware/content/library/item/id:{id}", body: "update_spec" },
  deleteItem: { method: "DELETE", api: "content/library/item/{id}", rest: "com/vmware/content/library/item/id:{id}" },

  inspectOvf: { method: "POST", api: "vcenter/ovf/library-item/{id}?action=filter", rest: "com/vmware/vcenter/ovf/library-item/id:{id}?~action=filter" },
  deploy: { method: "POST", api: "vcenter/ovf/library-item/{id}?action=deploy", rest: "com/vmware/vcenter/ovf/library-item/id:{id}?~action=deploy" },

  inventory: { method: "GET", api: "vcenter/{id}", rest: "vcenter/{id}" },
  power: { method: "GET", api: "vcenter/vm/{id}/power", rest: "vcenter/vm/{id}/power" },
  powerOn: { method: "POST", api: "vcenter/vm/{id}/power?action=start", rest: "vcenter/vm/{id}/power/start" },
  powerOff: { method: "POST", api: "vcenter/vm/{id}/power?action=stop", rest: "vcenter/vm/{id}/power/stop" },
  tools: { method: "GET", api: "vcenter/vm/{id}/tools", rest: "vcenter/vm/{id}/tools" },
  identity: { method: "GET", api: "vcenter/vm/{id}/guest/identity", rest: "vcenter/vm/{id}/guest/identity" },
  deleteVm: { method: "DELETE", api: "vcenter/vm/{id}", rest: "vcenter/vm/{id}" },
} as const satisfies Record<string, Route>;

export type Dialect = "api" | "rest";

/** Path and query of a verb. */
export function pathOf(route: Route, dialect: Dialect, id = ""): string {
  return `/${dialect}/${route[dialect].replace("{id}", encodeURIComponent(id))}`;
}
