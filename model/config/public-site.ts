import { everyone } from "#model/config/sites/gcp-faults";

/** Whether anybody at all may use what a site has, which need not be whole yet. */
export function isPublic({ kind, visibility, members }: { readonly kind?: string; readonly visibility?: unknown; readonly members?: unknown }): boolean {
  return visibility === "public" || (kind === "gcp" && Array.isArray(members) && members.some((member) => everyone.includes(member as string)));
}
