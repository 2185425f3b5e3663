import { z } from "zod";
import { computeImage, type ComputeImage } from "#providers/shared/gcp/compute-image";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import { operationDone } from "#providers/shared/gcp/operation";
import type { Gcp, GcpRequest } from "#providers/shared/gcp/open-gcp";

const listSchema = z.looseObject({ items: z.array(z.unknown()).default([]), nextPageToken: z.string().optional() });
/** Compute Engine gives no more at a time. */
const pageSize = "500";

/** @param filter As Compute Engine takes it: `(name = "a") OR (name = "b")`. */
export async function listImages(gcp: Gcp, filter: string): Promise<ComputeImage[]> {
  const action = "list the images";
  const images: ComputeImage[] = [];
  let pageToken: string | undefined;
  do {
    const query = new URLSearchParams({ filter, maxResults: pageSize, ...(pageToken !== undefined && { pageToken }) });
    const { body } = await gcp.request({ service: "compute", method: "GET", path: imagesOf(gcp), query, action, permission: "compute.images.list" });
    const page = understood(gcp, action, () => listSchema.parse(body));
    images.push(...page.items.map((item) => understood(gcp, action, () => computeImage(item))));
    pageToken = page.nextPageToken || undefined;
  } while (pageToken !== undefined);
  return images;
}

/** @returns undefined where there is no such image. */
export async function getImage(gcp: Gcp, name: string): Promise<ComputeImage | undefined> {
  const action = `read the image ${name}`;
  const { status, body } = await gcp.request({ service: "compute", method: "GET", path: imageOf(gcp, name), action, permission: "compute.images.get", also: [404] });
  return status === 404 ? undefined : understood(gcp, action, () => computeImage(body));
}

/** One that is gone is no error. */
export async function deleteImage(gcp: Gcp, name: string): Promise<void> {
  await change(gcp, { method: "DELETE", path: imageOf(gcp, name), action: `delete the image ${name}`, permission: "compute.images.delete", also: [404] });
}

/** All of them: those that are left out go. */
export async function setLabels(gcp: Gcp, { name, labelFingerprint }: Pick<ComputeImage, "name" | "labelFingerprint">, labels: Readonly<Record<string, string>>): Promise<void> {
  await change(gcp, { method: "POST", path: `${imageOf(gcp, name)}/setLabels`, json: { labels, labelFingerprint }, action: `set the labels of the image ${name}`, permission: "compute.images.setLabels" });
}

export async function setDescription(gcp: Gcp, name: string, description: string): Promise<void> {
  await change(gcp, { method: "PATCH", path: imageOf(gcp, name), json: { description }, action: `set the description of the image ${name}`, permission: "compute.images.update" });
}

/** An image can be put into another family, and never out of all. */
export async function setFamily(gcp: Gcp, name: string, family: string): Promise<void> {
  await change(gcp, { method: "PATCH", path: imageOf(gcp, name), json: { family }, action: `put the image ${name} into the family ${family}`, permission: "compute.images.update" });
}

/** @param state `ACTIVE` takes it back. @param replacement URL of the image to take instead. */
export async function setDeprecation(gcp: Gcp, name: string, state: "ACTIVE" | "DEPRECATED" | "OBSOLETE", replacement?: string): Promise<void> {
  await change(gcp, { method: "POST", path: `${imageOf(gcp, name)}/deprecate`, json: { state, ...(replacement !== undefined && { replacement }) }, action: `make the image ${name} ${state.toLowerCase()}`, permission: "compute.images.deprecate" });
}

export function imagesOf({ project }: Gcp): string {
  return `projects/${encodeURIComponent(project)}/global/images`;
}

export function imageOf(gcp: Gcp, name: string): string {
  return `${imagesOf(gcp)}/${encodeURIComponent(name)}`;
}

async function change(gcp: Gcp, request: Omit<GcpRequest, "service">): Promise<void> {
  const { status, body } = await gcp.request({ service: "compute", ...request });
  if (status < 300) await operationDone(gcp, body, request.action);
}

function understood<T>(gcp: Gcp, action: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new GcpError({ action, place: gcp.place, cause: "the answer is not Compute Engine's", hint: "check GOOGLE_COMPUTE_CUSTOM_ENDPOINT and the proxy" }, undefined, { cause: error });
  }
}
