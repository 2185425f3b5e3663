import { z } from "zod";
import { imageOf } from "#providers/shared/gcp/compute";
import type { Gcp } from "#providers/shared/gcp/open-gcp";

const schema = z.looseObject({
  etag: z.string().optional(),
  bindings: z.array(z.looseObject({ role: z.string(), members: z.array(z.string()).default([]), condition: z.unknown().optional() })).default([]),
});

/** Who may do what with an image. */
export type Policy = z.infer<typeof schema>;

/** The role that lets others make machines of an image. */
export const userRole = "roles/compute.imageUser";

/** Everybody, with an account of Google and without. */
export const everybody: readonly string[] = ["allUsers", "allAuthenticatedUsers"];

export async function getPolicy(gcp: Gcp, image: string): Promise<Policy> {
  const query = new URLSearchParams({ optionsRequestedPolicyVersion: "3" });
  const { body } = await gcp.request({ service: "compute", method: "GET", path: `${imageOf(gcp, image)}/getIamPolicy`, query, action: `read who may use the image ${image}`, permission: "compute.images.getIamPolicy" });
  return schema.parse(body);
}

/** Refused where somebody else has changed it since it was read: its etag says so. */
export async function setPolicy(gcp: Gcp, image: string, policy: Policy): Promise<void> {
  await gcp.request({ service: "compute", method: "POST", path: `${imageOf(gcp, image)}/setIamPolicy`, json: { policy }, action: `set who may use the image ${image}`, permission: "compute.images.setIamPolicy" });
}

/** What differs from: just these members may use it, and everybody may nothing else. */
export function policyFaults({ bindings }: Policy, members: readonly string[]): string[] {
  const users = bindings.filter(({ role, condition }) => role === userRole && condition === undefined).flatMap((binding) => binding.members);
  const added = users.filter((member) => !members.includes(member));
  const others = bindings.flatMap((binding) => (isUnwanted(binding) ? binding.members.filter((member) => binding.role === userRole || everybody.includes(member)).map((member) => [member, binding.role] as const) : []));
  return [
    ...added.map((member) => (everybody.includes(member) ? `public: ${member} may use it` : `${member} may use it, who is no member in the configuration`)),
    ...others.map(([member, role]) => `${everybody.includes(member) ? "public: " : ""}${member} has ${role}${role === userRole ? " on a condition" : ""}`),
    ...members.filter((member) => !users.includes(member)).map((member) => `${member} may not use it`),
  ];
}

/** As it should be; what else others were given, such as editors of the image, stays. */
export function mendedPolicy({ bindings, ...policy }: Policy, members: readonly string[]): Policy {
  const others = bindings.filter(({ role }) => role !== userRole).map((binding) => ({ ...binding, members: binding.members.filter((member) => !everybody.includes(member)) })).filter((binding) => binding.members.length > 0);
  return { ...policy, bindings: [...others, ...(members.length > 0 ? [{ role: userRole, members: [...members] }] : [])] };
}

function isUnwanted({ role, condition }: Policy["bindings"][number]): boolean {
  return role !== userRole || condition !== undefined;
}
