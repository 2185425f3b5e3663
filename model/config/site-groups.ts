import type { ConfigFault } from "#model/config/config-error";
import { cycles } from "#model/config/cycles";
import type { Draft } from "#model/config/draft";
import { layersOf } from "#model/config/layers";
import { settingPath } from "#model/config/setting-path";
import { wrongName } from "#model/config/wrong-name";

/** The built-in group of every site. */
export const everySite = "all";

/** Names that may stand where sites are listed. */
function siteNames(draft: Draft): string[] {
  return [...new Set([...Object.keys(draft.sites), ...Object.keys(draft.groups), everySite])];
}

/** Names of sites that a list of sites and groups means, sorted, each once. Groups that contain each other are followed once. */
export function sitesMeant(listed: readonly string[], draft: Draft): string[] {
  const sites = new Set<string>();
  const followed = new Set<string>();
  const follow = (name: string): void => {
    if (followed.has(name)) return;
    followed.add(name);
    if (name === everySite) Object.keys(draft.sites).forEach((site) => sites.add(site));
    else if (Object.hasOwn(draft.groups, name)) draft.groups[name]!.forEach(follow);
    else sites.add(name);
  };
  listed.forEach(follow);
  return [...sites].sort();
}

/** Names of sites and groups that there are not, wherever sites are listed. */
export function siteReferenceFaults(draft: Draft): ConfigFault[] {
  return [
    ...Object.entries(draft.groups).flatMap(([name, members]) => unknownSites(members, ["groups", name], draft)),
    ...unknownSites(draft.defaults?.images?.sites, ["defaults", "images", "sites"], draft),
    ...[...layersOf(draft).values()].flatMap(({ child, image, keys }) => unknownSites((child?.settings ?? image).sites, [...keys, "sites"], draft)),
  ];
}

/** Names in a list that are those of no site and no group. */
export function unknownSites(listed: readonly string[] | undefined, keys: readonly PropertyKey[], draft: Draft): ConfigFault[] {
  const valid = siteNames(draft);
  return (listed ?? []).flatMap((name, index) =>
    name === undefined || valid.includes(name) ? [] : [{ path: settingPath([...keys, index]), ...wrongName(name, "site or group", valid) }],
  );
}

/** Faults of the groups: names that are taken, groups that contain themselves. */
export function groupFaults(draft: Draft): ConfigFault[] {
  return [...Object.keys(draft.groups).flatMap((name) => takenName(name, draft)), ...groupCycles(draft)];
}

function takenName(name: string, draft: Draft): ConfigFault[] {
  const path = settingPath(["groups", name]);
  if (name === everySite) return [{ path, problem: `the group ${everySite} is built in: it is every site`, hint: "give the group another name" }];
  return Object.hasOwn(draft.sites, name) ? [{ path, problem: `there is a site ${name} as well`, hint: "give one of them another name" }] : [];
}

function groupCycles(draft: Draft): ConfigFault[] {
  const members = (name: string) => (Object.hasOwn(draft.groups, name) ? draft.groups[name]!.filter((member) => Object.hasOwn(draft.groups, member)) : []);
  return cycles(Object.keys(draft.groups), members).map((cycle) => ({
    path: settingPath(["groups", cycle[0]!]),
    problem: `the group contains itself: ${[...cycle, cycle[0]].join(" -> ")}`,
    expected: "sites, and groups that do not lead back",
  }));
}
