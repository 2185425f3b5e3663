import { basename } from "node:path/posix";
import { z } from "zod";
import type { Arm } from "#providers/shared/azure/arm";
import { parseRegistered, type PublishingProfile, type RegisteredImage } from "#providers/shared/azure/registered-image";

const galleryVersion = "2024-03-03";
const imageVersion = "2024-07-01";

/** An image definition of a gallery, as far as we compare it. */
export interface Definition {
  readonly tags: Readonly<Record<string, string>>;
  readonly generation: string | undefined;
  readonly architecture: string | undefined;
  /** `SecurityType=TrustedLaunch`, in order. */
  readonly features: readonly string[];
}

const definitionSchema = z.object({
  tags: z.record(z.string(), z.string()).nullish(),
  properties: z.object({ hyperVGeneration: z.string().optional(), architecture: z.string().optional(), features: z.array(z.object({ name: z.string().nullish(), value: z.string().nullish() })).nullish() }),
});

/** Of a version or a managed image; a version with how far each region is. */
export async function getRegistered(arm: Arm, id: string): Promise<RegisteredImage | undefined> {
  const gallery = isVersion(id);
  const body = await arm.request({
    id, apiVersion: apiOf(id), action: `read the ${kindOf(id)} ${nameOf(id)}`, permission: `${typeOf(id)}/read`,
    ...(gallery && { query: { $expand: "ReplicationStatus" } }),
  });
  return parseRegistered(body);
}

/**
 * All versions of an image definition, or all managed images of a resource group.
 * @param under Its id; see `listedUnder`.
 */
export async function listRegistered(arm: Arm, under: string): Promise<RegisteredImage[]> {
  const gallery = under.includes("/galleries/");
  const request = gallery
    ? { id: `${under}/versions`, apiVersion: galleryVersion, action: `list the versions of ${basename(under)}`, permission: "Microsoft.Compute/galleries/images/versions/read" }
    : { id: `${under}/providers/Microsoft.Compute/images`, apiVersion: imageVersion, action: "list the managed images", permission: "Microsoft.Compute/images/read" };
  return ((await arm.list(request)) ?? []).flatMap((one) => parseRegistered(one) ?? []);
}

export async function getDefinition(arm: Arm, id: string): Promise<Definition | undefined> {
  const body = await arm.request({ id, apiVersion: galleryVersion, action: `read the image definition ${basename(id)}`, permission: "Microsoft.Compute/galleries/images/read" });
  const { data } = definitionSchema.safeParse(body);
  if (!data) return undefined;
  const { hyperVGeneration, architecture, features } = data.properties;
  return { tags: data.tags ?? {}, generation: hyperVGeneration, architecture, features: (features ?? []).map(({ name, value }) => `${name}=${value}`).sort() };
}

/** What is to be changed of one that is registered. */
export interface Change {
  readonly tags?: Readonly<Record<string, string>>;
  /** Regions that are named are replicated to again where they failed. */
  readonly profile?: PublishingProfile;
}

export async function changeRegistered(arm: Arm, id: string, { tags, profile }: Change): Promise<void> {
  const json = { ...(tags && { tags }), ...(profile && { properties: { publishingProfile: profile } }) };
  await arm.request({ method: "PATCH", id, apiVersion: apiOf(id), json, action: `change the ${kindOf(id)} ${nameOf(id)}`, permission: `${typeOf(id)}/write` });
}

/** What becomes of single tags, whatever else is written at the same time; nothing of the image is made anew for it. */
export interface TagChange {
  readonly operation: "Merge" | "Delete";
  readonly tags: Readonly<Record<string, string>>;
}

export async function changeTags(arm: Arm, id: string, { operation, tags }: TagChange): Promise<void> {
  await arm.request({
    method: "PATCH", id: `${id}/providers/Microsoft.Resources/tags/default`, apiVersion: "2021-04-01", json: { operation, properties: { tags } },
    action: `change tags of the ${kindOf(id)} ${nameOf(id)}`, permission: "Microsoft.Resources/tags/write",
  });
}

/** Done already where it is gone. */
export async function deleteRegistered(arm: Arm, id: string): Promise<void> {
  await arm.request({ method: "DELETE", id, apiVersion: apiOf(id), action: `delete the ${kindOf(id)} ${nameOf(id)}`, permission: `${typeOf(id)}/delete` });
}

/** For messages: `gallery image version` */
export function kindOf(id: string): string {
  return isVersion(id) ? "gallery image version" : "managed image";
}

/** For messages: `debian-12/2026.1101.2`, or the managed image's name. */
export function nameOf(id: string): string {
  return isVersion(id) ? `${id.split("/").at(-3)}/${basename(id)}` : basename(id);
}

function isVersion(id: string): boolean {
  return id.includes("/galleries/");
}

function apiOf(id: string): string {
  return isVersion(id) ? galleryVersion : imageVersion;
}

function typeOf(id: string): string {
  return isVersion(id) ? "Microsoft.Compute/galleries/images/versions" : "Microsoft.Compute/images";
}
