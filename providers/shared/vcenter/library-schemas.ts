import { z } from "zod";
import type { ItemSummary, Library, LibraryFile } from "#providers/shared/vcenter/library";

/** A server that has nothing to list may leave the list out. */
function listOf<T>(element: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(element).nullish().transform((list) => list ?? []);
}

export const idList = listOf(z.string());

const text = z.string().nullish().transform((value) => value ?? "");

export const libraryModel = z
  .object({
    id: z.string(),
    name: z.string(),
    description: text,
    type: z.enum(["LOCAL", "SUBSCRIBED"]),
    storage_backings: z.array(z.object({ datastore_id: z.string().optional() })).default([]),
    publish_info: z.object({ published: z.boolean().default(false), publish_url: text, authentication_method: text }).nullish(),
    subscription_info: z.object({ subscription_url: text, on_demand: z.boolean().default(false), automatic_sync_enabled: z.boolean().default(false), ssl_thumbprint: text }).nullish(),
    last_sync_time: z.string().nullish(),
  })
  .transform(({ id, name, description, type, storage_backings: backings, publish_info: publication, subscription_info: subscription, last_sync_time: lastSync }): Library => ({
    id, name, description, type,
    datastores: backings.map(({ datastore_id: datastore }) => datastore).filter((datastore) => datastore !== undefined),
    ...(publication && { publication: { published: publication.published, url: publication.publish_url, authentication: publication.authentication_method } }),
    ...(subscription && { subscription: {
      url: subscription.subscription_url, onDemand: subscription.on_demand, automaticSync: subscription.automatic_sync_enabled,
      ...(subscription.ssl_thumbprint && { sslThumbprint: subscription.ssl_thumbprint }),
    } }),
    ...(lastSync && { lastSync }),
  }));

export const itemModel = z
  .object({
    id: z.string(),
    library_id: z.string(),
    name: z.string(),
    description: text,
    type: text,
    source_id: z.string().nullish(),
    content_version: z.string().nullish(),
    metadata_version: z.string().nullish(),
    cached: z.boolean().default(false),
  })
  .transform(({ id, library_id: libraryId, name, description, type, source_id: sourceId, content_version: contentVersion, metadata_version: metadataVersion, cached }): ItemSummary => ({
    id, libraryId, name, description, type, cached,
    ...(sourceId && { sourceId }),
    ...(contentVersion && { contentVersion }),
    ...(metadataVersion && { metadataVersion }),
  }));

const file = z
  .object({
    name: z.string(),
    size: z.number().nullish(),
    cached: z.boolean().nullish(),
    checksum_info: z.object({ algorithm: z.string().default("SHA1"), checksum: z.string() }).nullish(),
  })
  .transform(({ name, size, cached, checksum_info: sum }): LibraryFile => ({
    name,
    ...(typeof size === "number" && { size }),
    ...(typeof cached === "boolean" && { cached }),
    ...(sum && { checksum: { algorithm: sum.algorithm, value: sum.checksum.toLowerCase() } }),
  }));

export const fileList = listOf(file);

export const updateSession = z
  .object({ library_item_id: z.string().nullish(), error_message: z.object({ default_message: text }).nullish() })
  .transform(({ library_item_id: itemId, error_message: error }) => ({ itemId, error: error?.default_message }));
