import type { PublicationDocument } from "#model/publication";
import type { PublicationOutputs } from "#providers/publication/inputs";

const hourMs = 3600 * 1000;

/** How long each site has waited for a release, and whether what was promised was kept. */
export function outcomeOf(document: PublicationDocument, sites: readonly string[], { finishedAt, now, within }: { finishedAt: string; now: Date; within?: number }): Pick<PublicationOutputs, "hours" | "pending" | "state"> {
  const sinceBuild = (at: number) => Math.max(0, Math.round(((at - Date.parse(finishedAt)) / hourMs) * 100) / 100);
  const pending = sites.filter((site) => !document.sites[site]).sort();
  const seen = sites.filter((site) => document.sites[site]).sort().map((site) => [site, document.sites[site]!.verifiedAt] as const);
  const hours = Object.fromEntries(seen.map(([site, at]) => [site, sinceBuild(Date.parse(at))]));
  if (within === undefined) return { hours, pending, state: "correct" };
  // A site that is given a release long after the others had it was promised nothing.
  const { registeredAt } = document;
  const late = seen.filter(([site, at]) => (registeredAt === undefined || at <= registeredAt) && hours[site]! > within).map(([site]) => `${site} had it ${hours[site]} hours after its build`);
  const age = sinceBuild(now.getTime());
  const lagging = registeredAt === undefined && age > within ? pending.map((site) => `${site} does not have it ${age} hours after its build`) : [];
  const broken = [...lagging, ...late];
  return { hours, pending, state: broken.length === 0 ? "correct" : `incorrect: ${shortened(broken)} (distributeWithin: ${within}h)` };
}

/** The state stays small however many sites there are. */
function shortened(all: readonly string[]): string {
  const shown = 3;
  return all.length <= shown ? all.join(", ") : `${all.slice(0, shown).join(", ")} and ${all.length - shown} more sites`;
}
