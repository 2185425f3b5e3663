import type { Draft } from "#model/config/draft";
import { everyone } from "#model/config/sites/gcp-faults";
import { kindOf, writtenSettings } from "#model/config/written-sites";

/** Whether anybody at all may use what a site has, as far as it is written. */
export function isPublic(site: string, draft: Draft): boolean {
  const kind = kindOf(site, draft);
  const { visibility, members } = kind ? writtenSettings(site, kind, draft) : {};
  return visibility === "public" || (kind === "gcp" && Array.isArray(members) && members.some((member) => everyone.includes(member as string)));
}
