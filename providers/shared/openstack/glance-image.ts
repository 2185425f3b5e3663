import { z } from "zod";

/** An image as Glance knows it. */
export interface GlanceImage {
  readonly id: string;
  readonly name: string;
  /** `queued` before its bytes, `saving` or `importing` with them, `active` after. */
  readonly status: string;
  readonly visibility: string;
  readonly hidden: boolean;
  readonly protected: boolean;
  /** Id of its project. */
  readonly owner: string;
  /** Bytes; absent before they are there. */
  readonly size?: number;
  /** Digest of its bytes, by the algorithm that the server was told to use. */
  readonly hash?: { readonly algorithm: string; readonly value: string };
  readonly tags: readonly string[];
  /** Milliseconds since it was last changed, by the server's own clock. */
  readonly idleMs: number;
  readonly diskFormat: string;
  readonly minDisk: number;
  readonly minMemory: number;
  /** Those that people set; Glance's own are not among them. */
  readonly properties: Readonly<Record<string, string>>;
  /** An import is under way, by Glance itself. */
  readonly importing: boolean;
}

/**
 * Will its bytes be there some time? Whoever declares images has them sent before it asks, so one that is queued and that
 * Glance itself does not import waits for an uploader that is dead.
 */
export function isComing({ status, importing, idleMs }: Pick<GlanceImage, "status" | "importing" | "idleMs">, stuckAfterMs: number): boolean {
  if (status !== "saving" && status !== "uploading" && !importing) return false;
  return status !== "killed" && idleMs < stuckAfterMs;
}

const schema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  visibility: z.string(),
  os_hidden: z.boolean().default(false),
  protected: z.boolean().default(false),
  owner: z.string().nullish(),
  size: z.number().nullish(),
  os_hash_algo: z.string().nullish(),
  os_hash_value: z.string().nullish(),
  tags: z.array(z.string()).default([]),
  updated_at: z.string(),
  disk_format: z.string().nullish(),
  min_disk: z.number().default(0),
  min_ram: z.number().default(0),
  os_glance_import_task: z.string().nullish(),
  os_glance_importing_to_stores: z.string().nullish(),
});

/** Attributes that are no properties, and what Glance keeps for itself. */
const own = new Set([...Object.keys(schema.shape), "container_format", "checksum", "created_at", "virtual_size", "file", "self", "schema", "direct_url", "locations", "stores", "validation_data", "os_hash_algo", "os_hash_value", "os_hidden"]);
/** What the server or its clients keep for themselves: `os_glance_failed_import`, `owner_specified.openstack.md5`. */
const reserved = /^(os_glance_|os_hash_|owner_specified)/;

/**
 * @param now What the server's clock says, so that one of ours that is wrong makes nothing look old.
 * @throws ZodError where it is no image.
 */
export function glanceImage(body: unknown, now: number): GlanceImage {
  const image = schema.parse(body);
  const properties = Object.entries(image).filter((entry): entry is [string, string] => typeof entry[1] === "string" && !own.has(entry[0]) && !reserved.test(entry[0]));
  return {
    id: image.id,
    name: image.name ?? "",
    status: image.status,
    visibility: image.visibility,
    hidden: image.os_hidden,
    protected: image.protected,
    owner: image.owner ?? "",
    ...(typeof image.size === "number" && { size: image.size }),
    ...(image.os_hash_algo && image.os_hash_value && { hash: { algorithm: image.os_hash_algo, value: image.os_hash_value } }),
    tags: image.tags,
    idleMs: Math.max(0, now - Date.parse(image.updated_at)),
    diskFormat: image.disk_format ?? "",
    minDisk: image.min_disk,
    minMemory: image.min_ram,
    properties: Object.fromEntries(properties),
    importing: image.status === "importing" || Boolean(image.os_glance_import_task) || Boolean(image.os_glance_importing_to_stores),
  };
}
