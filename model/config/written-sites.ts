import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { settingPath } from "#model/config/setting-path";
import { siteKindNames, type SiteKindName } from "#model/config/site-schema";
import type { SiteKind } from "#model/config/sites/site-kind";
import { siteKinds, type SiteConfig } from "#model/config/sites/site-kinds";

/** The kind of a site, where it has one that there is. */
export function kindOf(name: string, draft: Draft): SiteKindName | undefined {
  return siteKindNames.find((kind) => kind === draft.sites[name]?.kind);
}

/** What the configuration says of a site, the defaults of its kind included. */
export function writtenSettings(name: string, kind: SiteKindName, draft: Draft): Record<string, unknown> {
  return { ...draft.defaults?.sites?.[kind], ...draft.sites[name] };
}

/** Faults between the settings of each site, where they are written: one of the defaults is reported once. */
export function ownFaults(draft: Draft, given: Given): ConfigFault[] {
  const faults = sites(draft).flatMap(({ name, kind, settings }) => {
    const near = (keys: readonly PropertyKey[]) => given.near(["sites", name, ...keys]) || given.near(["defaults", "sites", kind, ...keys]);
    return (rules(kind).faults?.(settings, near) ?? []).map(({ keys, ...fault }) => ({ path: placeOf(name, kind, keys, draft), ...fault }));
  });
  return [...new Map(faults.map((fault) => [`${fault.path} ${fault.problem}`, fault])).values()];
}

/** Faults of what only one place may name, such as a vCenter. */
export function claimFaults(draft: Draft): ConfigFault[] {
  const owners = new Map<string, string>();
  return sites(draft).flatMap(({ name, kind, settings }) => (rules(kind).claims?.(settings) ?? []).flatMap(({ keys, what, as, expected }) => {
    const owner = owners.get(what);
    owners.set(what, owner ?? name);
    return owner === undefined ? [] : [{ path: placeOf(name, kind, keys, draft), problem: `${what} is ${as} of the site ${owner} already`, expected }];
  }));
}

function sites(draft: Draft): { name: string; kind: SiteKindName; settings: Record<string, unknown> }[] {
  return Object.keys(draft.sites).sort().flatMap((name) => {
    const kind = kindOf(name, draft);
    return kind ? [{ name, kind, settings: writtenSettings(name, kind, draft) }] : [];
  });
}

function rules(kind: SiteKindName): Pick<SiteKind<SiteConfig>, "faults" | "claims"> {
  return siteKinds[kind];
}

/** Where a site's setting is written: with the site, or with the defaults of its kind. */
export function placeOf(name: string, kind: SiteKindName, keys: readonly PropertyKey[], draft: Draft): string {
  const [first] = keys;
  const inDefaults = typeof first === "string" && draft.sites[name]?.[first] === undefined && draft.defaults?.sites?.[kind]?.[first] !== undefined;
  return settingPath(inDefaults ? ["defaults", "sites", kind, ...keys] : ["sites", name, ...keys]);
}
