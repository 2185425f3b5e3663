import type { PromotionInput } from "#model/config/channel-schema";
import { asks, channelSites, waveSites } from "#model/config/channel-targets";
import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import { settingPath } from "#model/config/setting-path";
import { sitesMeant, unknownSites } from "#model/config/site-groups";
import { wrongName } from "#model/config/wrong-name";

/** Faults of the rules by which channels are moved: each site of a channel is in one wave. */
export function promotionFaults(draft: Draft): ConfigFault[] {
  return Object.entries(draft.promotion ?? {}).flatMap(([channel, rules]) => {
    const keys = ["promotion", channel];
    if (!Object.hasOwn(draft.channels, channel)) return [{ path: settingPath(keys), ...wrongName(channel, "channel", Object.keys(draft.channels)) }];
    // Who only asks has no say in how it is moved: that is told already.
    if (asks(channel, draft)) return [];
    return [...waveFaults(channel, rules, draft), ...bestEffortFaults(channel, rules, draft)];
  });
}

function waveFaults(channel: string, { waves, bestEffort = [] }: PromotionInput, draft: Draft): ConfigFault[] {
  if (!waves) return [];
  const keys = ["promotion", channel, "waves"];
  const sites = channelSites(channel, draft);
  const listed = waves.map((wave) => (wave?.sites ?? []) as readonly string[]);
  const faults = listed.flatMap((names, index) => [
    ...unknownSites(names, [...keys, index, "sites"], draft),
    ...names.flatMap((name, at) => (isSite(name, draft) ? [{ name, at }] : [])).flatMap(({ name, at }) => {
      const path = settingPath([...keys, index, "sites", at]);
      const earlier = listed.slice(0, index).findIndex((others) => sitesMeant(others, draft).includes(name));
      if (!sites.includes(name)) return [foreign(path, name, channel)];
      return earlier < 0 ? [] : [{ path, problem: `${name} is in wave ${earlier + 1} already`, hint: "remove it from one of them" }];
    }),
  ]);
  if (faults.length > 0 || listed.some((names) => names.length === 0 || names.includes(undefined as never))) return faults;
  const placed = waveSites(listed.map((names) => sitesMeant(names, draft)), sites);
  const left = sites.filter((site) => !placed.flat().includes(site) && !sitesMeant(bestEffort, draft).includes(site));
  return [
    ...placed.flatMap((own, index) => (own.length > 0 ? [] : [{ path: settingPath([...keys, index, "sites"]), problem: "no site of the channel is left for this wave", hint: "remove the wave" }])),
    ...(left.length > 0 ? [{ path: settingPath(keys), problem: `the waves leave out ${left.join(", ")}`, expected: "every site of the channel's images", hint: "add { sites: [all] } as the last wave: it has the rest" }] : []),
  ];
}

function bestEffortFaults(channel: string, { bestEffort = [] }: PromotionInput, draft: Draft): ConfigFault[] {
  const keys = ["promotion", channel, "bestEffort"];
  const sites = channelSites(channel, draft);
  const required = sites.filter((site) => !sitesMeant(bestEffort, draft).includes(site));
  return [
    ...unknownSites(bestEffort, keys, draft),
    ...bestEffort.flatMap((name, at) => (!isSite(name, draft) || sites.includes(name) ? [] : [foreign(settingPath([...keys, at]), name, channel)])),
    ...(sites.length > 0 && required.length === 0 ? [{ path: settingPath(keys), problem: `that is every site of ${channel}: none would be asked whether it has the release`, hint: "leave out those that matter" }] : []),
  ];
}

/** A group is never wrong: it stands for those of its sites that the channel has. */
function isSite(name: string | undefined, draft: Draft): name is string {
  return name !== undefined && Object.hasOwn(draft.sites, name);
}

function foreign(path: string, site: string, channel: string): ConfigFault {
  return { path, problem: `no image of the channel ${channel} is on the site ${site}`, hint: "remove it, or give an image of the channel the site" };
}
