import { channelOrder, channelSites, isPublicChannel, waveSites } from "#model/config/channel-targets";
import type { ChannelConfig, HookConfig } from "#model/config/channel";
import type { Draft } from "#model/config/draft";
import { parseDuration } from "#model/config/duration";
import type { HookInput } from "#model/config/hooks-schema";
import { sitesMeant } from "#model/config/site-groups";

/** The channels of a configuration without faults, each after those that it points at. */
export function finishChannels(draft: Draft): Record<string, ChannelConfig> {
  return Object.fromEntries(channelOrder(draft).map((name) => [name, finish(name, draft)]));
}

function finish(name: string, draft: Draft): ChannelConfig {
  const { waves: written, bestEffort = [], approval, publish = "direct", validFor = "14d" } = draft.promotion?.[name] ?? {};
  const sites = channelSites(name, draft);
  const placed = waveSites((written ?? []).map((wave) => sitesMeant(wave.sites, draft)), sites);
  // Sites that hold nothing back may be in no wave: they go with the last one.
  const left = sites.filter((site) => !placed.flat().includes(site));
  const waves = (written ?? [{}]).map(({ pause = "0s" }: { pause?: string }, index, all) => {
    const last = index === all.length - 1;
    return { sites: [...(placed[index] ?? []), ...(last ? left : [])].sort(), pause: parseDuration(pause)! };
  });
  return {
    name,
    images: Object.fromEntries(Object.entries(draft.channels[name]!).sort(([a], [b]) => (a < b ? -1 : 1))),
    waves,
    bestEffort: sitesMeant(bestEffort, draft).filter((site) => sites.includes(site)),
    approval: approval ?? isPublicChannel(name, draft),
    publish,
    validFor: parseDuration(validFor)!,
  };
}

/** The hooks, in order of their names. */
export function finishHooks({ hooks = {} }: Draft): HookConfig[] {
  return Object.entries(hooks).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { ssh, ...hook }]: [string, HookInput]) => ({
    name, ...hook,
    ...(ssh && { ssh: { port: 22, ...ssh, ...(ssh.jump && { jump: { port: 22, ...ssh.jump } }) } }),
  } as HookConfig));
}
