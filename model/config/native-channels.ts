import { channelOrder, channelSites } from "#model/config/channel-targets";
import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import { layerSites } from "#model/config/layer-sites";
import { layersOf } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { siteKinds, type SiteConfig } from "#model/config/sites/site-kinds";
import { kindOf, placeOf, writtenSettings } from "#model/config/written-sites";
import { wrongName } from "#model/config/wrong-name";

/** Gives each site whose interface knows one pointer its channel: its own, else the last that has an image of the site. */
export function withNativeChannels(sites: Readonly<Record<string, SiteConfig>>, draft: Draft): Record<string, SiteConfig> {
  const order = channelOrder(draft).map((name) => ({ name, sites: channelSites(name, draft) }));
  return Object.fromEntries(Object.entries(sites).map(([name, site]) => {
    const last = order.findLast((channel) => channel.sites.includes(name))?.name;
    const knowsOne = "nativeChannel" in siteKinds[site.kind].settings;
    return [name, knowsOne && last !== undefined ? { nativeChannel: last, ...site } as SiteConfig : site];
  }));
}

/** Channels that a site cannot have as its own, and pointers that two channels would share. */
export function nativeFaults(draft: Draft): ConfigFault[] {
  return Object.keys(draft.sites).sort().flatMap((site) => [...unknownChannel(site, draft), ...sharedParameters(site, draft)]);
}

function unknownChannel(site: string, draft: Draft): ConfigFault[] {
  const kind = kindOf(site, draft);
  const channel = kind && writtenSettings(site, kind, draft)["nativeChannel"];
  if (typeof channel !== "string") return [];
  const path = placeOf(site, kind!, ["nativeChannel"], draft);
  if (!Object.hasOwn(draft.channels, channel)) return [{ path, ...wrongName(channel, "channel", Object.keys(draft.channels)) }];
  if (channelSites(channel, draft).includes(site)) return [];
  return [{ path, problem: `no image of the channel ${channel} is on the site ${site}`, hint: "name a channel that the site has, or remove it" }];
}

/** One name may be made of two channels: `debian-{channel}` of `web-stable`, and `debian-web-{channel}` of `stable`. */
function sharedParameters(site: string, draft: Draft): ConfigFault[] {
  const kind = kindOf(site, draft);
  const template = kind && writtenSettings(site, kind, draft)["parameter"];
  if (typeof template !== "string") return [];
  const served = new Set([...layersOf(draft).values()].filter((layer) => layerSites(layer, draft).includes(site)).map(({ name }) => name));
  const owners = new Map<string, string>();
  return channelOrder(draft).flatMap((channel) => Object.keys(draft.channels[channel]!).filter((image) => served.has(image)).sort().flatMap((image) => {
    const parameter = template.replaceAll("{image}", image).replaceAll("{channel}", channel);
    const owner = owners.get(parameter);
    owners.set(parameter, owner ?? `${image} in ${channel}`);
    return owner === undefined ? [] : [{ path: settingPath(["channels", channel, image]), problem: `on the site ${site} the parameter ${parameter} is that of ${owner} already`, hint: "keep {image} and {channel} apart by a / in parameter" }];
  }));
}
