import { z } from "zod";
import { GcpError } from "#providers/shared/gcp/gcp-error";
import type { Gcp } from "#providers/shared/gcp/open-gcp";

/** What a run does in the project; the custom role of docs/gcp.md has just these. */
export const projectPermissions = [
  "compute.globalOperations.get", "compute.images.create", "compute.images.delete", "compute.images.deprecate", "compute.images.get", "compute.images.getIamPolicy",
  "compute.images.list", "compute.images.setIamPolicy", "compute.images.setLabels", "compute.images.update",
] as const;

/** What it does in the bucket. */
export const bucketPermissions = ["storage.objects.create", "storage.objects.delete", "storage.objects.get"] as const;

const schema = z.looseObject({ permissions: z.array(z.string()).default([]) });

/** Permissions that the credentials lack. One that nobody could ask for, as where an API is off, is not among them. */
export async function missingPermissions(gcp: Gcp, bucket: string): Promise<string[]> {
  const action = "ask what the credentials may do";
  const query = new URLSearchParams(bucketPermissions.map((permission) => ["permissions", permission]));
  const [project, objects] = await Promise.all([
    granted(gcp.request({ service: "projects", method: "POST", path: `projects/${gcp.project}:testIamPermissions`, json: { permissions: projectPermissions }, action, permission: "resourcemanager.projects.get" }), projectPermissions),
    granted(gcp.request({ service: "storage", method: "GET", path: `b/${encodeURIComponent(bucket)}/iam/testPermissions`, query, action, permission: "storage.buckets.getIamPolicy" }), bucketPermissions),
  ]);
  const has = new Set([...project, ...objects]);
  return [...projectPermissions, ...bucketPermissions].filter((permission) => !has.has(permission));
}

/** @throws GcpError that names all that is missing, in one go. */
export async function requirePermissions(gcp: Gcp, bucket: string): Promise<void> {
  const missing = await missingPermissions(gcp, bucket);
  if (missing.length === 0) return;
  throw new GcpError({ action: "register images", place: gcp.place, cause: `the credentials may not: ${missing.join(", ")}`, hint: "give the account the custom role of docs/gcp.md" }, 403);
}

async function granted(answer: Promise<{ readonly body: unknown }>, all: readonly string[]): Promise<readonly string[]> {
  try {
    return schema.parse((await answer).body).permissions;
  } catch (error) {
    if (error instanceof GcpError) return all;
    throw error;
  }
}
