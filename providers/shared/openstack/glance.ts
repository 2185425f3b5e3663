import { z } from "zod";
import { CloudError } from "#providers/shared/openstack/cloud-error";
import { glanceImage, type GlanceImage } from "#providers/shared/openstack/glance-image";
import { placeOf, type Cloud } from "#providers/shared/openstack/open-cloud";
import type { Answer } from "#providers/shared/openstack/send";

/** A change of one attribute: `{ op: "replace", path: "/os_hidden", value: true }`. */
export interface ImagePatch {
  readonly op: "add" | "replace" | "remove";
  /** JSON pointer: `/hw_disk_bus`. */
  readonly path: string;
  readonly value?: unknown;
}

/** A project that an image is shared with. */
export interface ImageMember {
  readonly project: string;
  readonly status: "pending" | "accepted" | "rejected";
}

const pageSize = "1000";
const listSchema = z.object({ images: z.array(z.unknown()), next: z.string().optional() });
const membersSchema = z.object({ members: z.array(z.object({ member_id: z.string(), status: z.enum(["pending", "accepted", "rejected"]) })) });
const imagePath = (id: string) => `/v2/images/${encodeURIComponent(id)}`;

/**
 * The images that match all filters, whatever their visibility, the hidden ones too.
 * @param filters As Glance takes them: `{ owner, name: "in:a,b", imagefleet_stack: "shop/prod" }`.
 */
export async function listImages(cloud: Cloud, filters: Readonly<Record<string, string>>): Promise<GlanceImage[]> {
  const found = new Map<string, GlanceImage>();
  // Glance gives either the hidden ones or the others
  for (const hidden of ["false", "true"]) {
    for (const image of await pages(cloud, { visibility: "all", ...filters, os_hidden: hidden, limit: pageSize })) found.set(image.id, image);
  }
  return [...found.values()];
}

async function pages(cloud: Cloud, filters: Readonly<Record<string, string>>): Promise<GlanceImage[]> {
  const images: GlanceImage[] = [];
  let query: URLSearchParams | undefined = new URLSearchParams(filters);
  while (query) {
    const { body, headers } = await cloud.request({ service: "image", method: "GET", path: "/v2/images", query, action: "list the images" });
    const page = understood(cloud, "list the images", () => {
      const parsed = listSchema.parse(body);
      return { images: parsed.images.map((image) => glanceImage(image, clock(headers))), next: parsed.next };
    });
    images.push(...page.images);
    query = page.next === undefined ? undefined : new URL(page.next, "http://glance").searchParams;
  }
  return images;
}

/** @returns undefined where there is no such image, or none that we may see. */
export async function getImage(cloud: Cloud, id: string): Promise<GlanceImage | undefined> {
  const action = `read the image ${id}`;
  const { status, headers, body } = await cloud.request({ service: "image", method: "GET", path: imagePath(id), action, also: [404] });
  return status === 404 ? undefined : understood(cloud, action, () => glanceImage(body, clock(headers)));
}

/** @param hint What to do when Glance refuses. @returns the image as it is then. */
export async function patchImage(cloud: Cloud, { id, name }: Pick<GlanceImage, "id" | "name">, changes: readonly ImagePatch[], hint?: string): Promise<GlanceImage> {
  const action = `change the image ${name || id}`;
  const headers = { "content-type": "application/openstack-images-v2.1-json-patch" };
  const answer = await cloud.request({ service: "image", method: "PATCH", path: imagePath(id), json: changes, headers, action, ...(hint && { hint }) });
  return understood(cloud, action, () => glanceImage(answer.body, clock(answer.headers)));
}

/** Deletes an image, one that is protected too. One that is gone is no error. */
export async function deleteImage(cloud: Cloud, image: Pick<GlanceImage, "id" | "name" | "protected">): Promise<void> {
  if (image.protected) await patchImage(cloud, image, [{ op: "replace", path: "/protected", value: false }]);
  await cloud.request({ service: "image", method: "DELETE", path: imagePath(image.id), action: `delete the image ${image.name || image.id}`, also: [404] });
}

/** Its bytes can be had no more; servers made of it live on. */
export async function deactivateImage(cloud: Cloud, { id, name }: Pick<GlanceImage, "id" | "name">): Promise<void> {
  await cloud.request({ service: "image", method: "POST", path: `${imagePath(id)}/actions/deactivate`, action: `deactivate the image ${name || id}` });
}

export async function reactivateImage(cloud: Cloud, { id, name }: Pick<GlanceImage, "id" | "name">): Promise<void> {
  await cloud.request({ service: "image", method: "POST", path: `${imagePath(id)}/actions/reactivate`, action: `reactivate the image ${name || id}` });
}

/** Of an image whose visibility is `shared`; others have none. */
export async function listMembers(cloud: Cloud, { id, name }: Pick<GlanceImage, "id" | "name">): Promise<ImageMember[]> {
  const action = `list the members of the image ${name || id}`;
  const { status, body } = await cloud.request({ service: "image", method: "GET", path: `${imagePath(id)}/members`, action, also: [403, 404] });
  if (status === 403 || status === 404) return [];
  return understood(cloud, action, () => membersSchema.parse(body).members.map(({ member_id: project, status: word }) => ({ project, status: word })));
}

export async function addMember(cloud: Cloud, { id, name }: Pick<GlanceImage, "id" | "name">, project: string): Promise<void> {
  await cloud.request({ service: "image", method: "POST", path: `${imagePath(id)}/members`, json: { member: project }, action: `share the image ${name || id} with the project ${project}`, also: [409] });
}

export async function removeMember(cloud: Cloud, { id, name }: Pick<GlanceImage, "id" | "name">, project: string): Promise<void> {
  const path = `${imagePath(id)}/members/${encodeURIComponent(project)}`;
  await cloud.request({ service: "image", method: "DELETE", path, action: `end the sharing of the image ${name || id} with the project ${project}`, also: [404] });
}

/** What the server's clock says. */
function clock({ date }: Answer["headers"]): number {
  const now = Date.parse(String(date));
  return Number.isNaN(now) ? Date.now() : now;
}

function understood<T>(cloud: Cloud, action: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CloudError({ action, place: placeOf(cloud.cloud, cloud.region), cause: "the answer is not Glance's", hint: "check the address of the image service in the cloud's catalog" }, undefined, { cause: error });
  }
}
