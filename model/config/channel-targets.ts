import { latest, requested } from "#model/config/channel-schema";
import type { Draft } from "#model/config/draft";
import { layerSites } from "#model/config/layer-sites";
import { layersOf } from "#model/config/layers";
import { isPublic } from "#model/config/public-site";
import { kindOf, writtenSettings } from "#model/config/written-sites";
import { isVersion } from "#model/version";

/** The channel that a target names, where it is neither `latest`, `request` nor a version. */
export function channelIn(target: string | undefined): string | undefined {
  return target === undefined || target === latest || target === requested || isVersion(target) ? undefined : target;
}

/** Whether this stack only asks another one to move a channel. */
export function asks(channel: string, draft: Draft): boolean {
  return draft.promotion?.[channel]?.publish === "request";
}

/** Names of the channels that a channel points at, for one of its images or all. */
export function followed(channel: string, draft: Draft): string[] {
  return Object.values(draft.channels[channel] ?? {}).flatMap((target) => channelIn(target) ?? []);
}

/** Names of channels, each after those that it points at, else in order of their names: the order of promotion. */
export function channelOrder(draft: Draft): string[] {
  const ordered = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name) || !Object.hasOwn(draft.channels, name)) return;
    for (const source of followed(name, draft).sort()) visit(source, [...trail, name]);
    ordered.add(name);
  };
  Object.keys(draft.channels).sort().forEach((name) => visit(name, []));
  return [...ordered];
}

/** Sites that have some image of a channel, in order of their names: none of one that another stack moves. */
export function channelSites(channel: string, draft: Draft): string[] {
  if (asks(channel, draft)) return [];
  const layers = layersOf(draft);
  const sites = Object.keys(draft.channels[channel] ?? {}).flatMap((image) => {
    const layer = layers.get(image);
    return layer ? layerSites(layer, draft) : [];
  });
  return [...new Set(sites)].sort();
}

/** Whether anybody at all may use a channel on some site. */
export function isPublicChannel(channel: string, draft: Draft): boolean {
  return channelSites(channel, draft).some((site) => {
    const kind = kindOf(site, draft);
    return kind !== undefined && isPublic(writtenSettings(site, kind, draft));
  });
}

/** Sites of each wave of a channel: a site is in the first that has it, and what no image of the channel has is in none. */
export function waveSites(waves: readonly (readonly string[])[], channel: readonly string[]): string[][] {
  const placed = new Set<string>();
  return waves.map((meant) => {
    const own = meant.filter((site) => channel.includes(site) && !placed.has(site));
    own.forEach((site) => placed.add(site));
    return own;
  });
}
