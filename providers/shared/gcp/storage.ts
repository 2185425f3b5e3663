import { z } from "zod";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import type { Gcp } from "#providers/shared/gcp/open-gcp";

const schema = z.looseObject({
  generation: z.coerce.string(),
  size: z.coerce.number(),
  crc32c: z.string().default(""),
  metadata: z.record(z.string(), z.string()).default({}),
});

/** An object as Cloud Storage knows it. */
export interface StoredObject {
  /** Rises with each object that has the name. */
  readonly generation: string;
  readonly size: number;
  /** Base64 of the checksum, most significant byte first. */
  readonly crc32c: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws GcpError where it is no object. */
export function storedObject(gcp: Gcp, body: unknown): StoredObject {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new GcpError({ action: "read an object", place: gcp.place, cause: "the answer is not Cloud Storage's", hint: "check GOOGLE_STORAGE_CUSTOM_ENDPOINT and the proxy" });
  const { generation, size, crc32c, metadata } = parsed.data;
  return { generation, size, crc32c, metadata };
}

/** @returns undefined where there is none of that name. */
export async function getObject(gcp: Gcp, bucket: string, name: string): Promise<StoredObject | undefined> {
  const { status, body } = await gcp.request({ service: "storage", method: "GET", path: objectPath(bucket, name), action: `read the object gs://${bucket}/${name}`, permission: "storage.objects.get", also: [404] });
  return status === 404 ? undefined : storedObject(gcp, body);
}

/** Deletes that one, and none that has taken its place. One that is gone is no error. */
export async function deleteObject(gcp: Gcp, bucket: string, name: string, generation: string): Promise<void> {
  const query = new URLSearchParams({ ifGenerationMatch: generation });
  await gcp.request({ service: "storage", method: "DELETE", path: objectPath(bucket, name), query, action: `delete the object gs://${bucket}/${name}`, permission: "storage.objects.delete", also: [404, 412] });
}

function objectPath(bucket: string, name: string): string {
  return `b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
}
