import type { ConfigFault } from "#model/config/config-error";
import type { Draft } from "#model/config/draft";
import type { Given } from "#model/config/given";
import { defaultStore } from "#model/config/schema";
import { expectationOf } from "#model/config/schema-at";
import { settingPath } from "#model/config/setting-path";
import { everySite } from "#model/config/site-groups";
import type { SiteKind } from "#model/config/sites/site-kind";
import { siteKinds, type SiteConfig } from "#model/config/sites/site-kinds";
import { overlap } from "#model/config/overlap";
import { claimFaults, kindOf, ownFaults, writtenSettings } from "#model/config/written-sites";

/** The sites with the defaults of their kinds, by name in order; those that lack something are left out. */
export function finishSites(draft: Draft): Record<string, SiteConfig> {
  return Object.fromEntries(complete(draft).map((name) => [name, finish(name, draft)]));
}

/** Faults between sites, and settings that neither a site nor the defaults of its kind give. */
export function siteFaults(draft: Draft, given: Given): ConfigFault[] {
  const incomplete = Object.keys(draft.sites).flatMap((name) => missing(name, draft).filter((key) => key !== undefined && !given.near(["sites", name, key])).map((key) => unset(name, key!, draft)));
  return [...incomplete, ...Object.keys(draft.sites).flatMap(reserved), ...directoryFaults(draft), ...ownFaults(draft, given), ...claimFaults(draft)];
}

/** Resources are named by their site first, `<site>/...`: the fleet's own begin with these words. */
const ownResources = ["hold", "inspection", "format", "publication", "channel", "revocation", "hook"];

function reserved(name: string): ConfigFault[] {
  const fault = (problem: string) => [{ path: settingPath(["sites", name]), problem, hint: "give the site another name" }];
  if (name === everySite) return fault(`the name ${everySite} is that of the built-in group of every site`);
  return ownResources.includes(name) ? fault(`resources named ${name}/... are not a site's`) : [];
}

/** The required settings that a site lacks; `undefined` stands for its kind. */
function missing(name: string, draft: Draft): (string | undefined)[] {
  const kind = kindOf(name, draft);
  return kind ? siteKinds[kind].required.filter((key) => writtenSettings(name, kind, draft)[key] === undefined) : [undefined];
}

function complete(draft: Draft): string[] {
  return Object.keys(draft.sites).filter((name) => missing(name, draft).length === 0).sort();
}

function finish(name: string, draft: Draft): SiteConfig {
  const kind = kindOf(name, draft)!;
  return siteKinds[kind].finish(name, writtenSettings(name, kind, draft) as never);
}

function unset(name: string, key: string, draft: Draft): ConfigFault {
  const kind = kindOf(name, draft)!;
  const shape: SiteKind<SiteConfig>["settings"] = siteKinds[kind].settings;
  const path = settingPath(["sites", name, key]);
  return { path, problem: `${key} is not set`, expected: expectationOf(shape[key]), hint: `set it there, or for all ${kind} sites in ${settingPath(["defaults", "sites", kind, key])}` };
}

/** Sites that keep a directory for themselves must not share it, and must stay clear of the store. */
function directoryFaults(draft: Draft): ConfigFault[] {
  const owners = new Map<string, string>();
  return complete(draft).flatMap((name) => {
    const kind: Pick<SiteKind<SiteConfig>, "directory"> = siteKinds[kindOf(name, draft)!];
    const directory = kind.directory?.(finish(name, draft));
    if (directory === undefined) return [];
    const path = settingPath(["sites", name, "path"]);
    const owner = owners.get(directory);
    owners.set(directory, owner ?? name);
    if (owner !== undefined) return [{ path, problem: `${directory} is the directory of the site ${owner} already`, expected: "a directory of its own" }];
    const store = draft.store ?? defaultStore;
    return overlap(directory, store) ? [{ path, problem: `${directory} and the store ${store} overlap`, expected: "a directory outside the store that does not contain it" }] : [];
  });
}
