import type { Draft } from "#model/config/draft";
import type { Layer } from "#model/config/layers";
import { sitesMeant } from "#model/config/site-groups";

/** Names of the sites that serve an image. A site takes the child that is named like its kind; a child may name further sites. */
export function layerSites(layer: Layer, draft: Draft): string[] {
  const meant = sitesMeant(layer.image.sites ?? draft.defaults?.images?.sites ?? [], draft);
  const kindOf = (site: string): string | undefined => draft.sites[site]?.kind;
  const { child } = layer;
  if (!child) return meant.filter((site) => !Object.hasOwn(layer.image.targets ?? {}, kindOf(site) ?? ""));
  const further = sitesMeant(child.settings.sites ?? [], draft);
  return [...new Set([...meant.filter((site) => kindOf(site) === child.target), ...further])].sort();
}
