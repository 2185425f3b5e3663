import type { ConfigFault } from "#model/config/config-error";
import { settingPath } from "#model/config/setting-path";
import type { Publisher, VsphereSite } from "#model/config/sites/vsphere";
import { ownerOf, type Owner } from "#model/owner";
import { itemDescription, itemName, readItemDescription } from "#model/vsphere";
import type { WantedRegistration } from "#fleet/found/found";
import type { Library, LibraryItem } from "#providers/shared/vcenter/library";

/** A publisher of a site, and the stack that asks. */
export interface Asked {
  readonly site: VsphereSite;
  readonly vcenter: Publisher;
  readonly search: Owner;
}

/** A library of our library's name that is not ours; or several that are. */
export function takenLibrary({ site, vcenter, search }: Asked, { id, description }: Library, own: boolean): ConfigFault {
  const whose = own ? `of the stack ${ownerOf(search)}, but not the only one` : `not of the stack ${ownerOf(search)}: its description is "${description}"`;
  return {
    path: settingOf(site, vcenter, "library"),
    problem: `${site.name}/${vcenter.name} has a content library ${vcenter.library} (${id}) that is ${whose}`,
    hint: own ? "delete the one that is empty" : "give the stack's library another name here, or delete that one if nobody uses it",
  };
}

export function noDatastore({ site, vcenter }: Asked): ConfigFault {
  const { name, datacenter, datastore } = vcenter;
  return {
    path: settingOf(site, vcenter, "datastore"),
    problem: `${site.name}/${name} has no datastore ${datastore} in the datacenter ${datacenter} that its user may see, or several`,
    hint: "correct datacenter or datastore, or give the user the right to see it",
  };
}

/** What stands in a name's way: a version never changes its bytes. */
export function takenItem({ site, vcenter, search }: Asked, { key, sha256, ...release }: WantedRegistration, { id, description }: LibraryItem): ConfigFault | undefined {
  const facts = readItemDescription(description);
  const problem = problemOf();
  return problem === undefined ? undefined : {
    path: settingOf(site, vcenter),
    problem: `${site.name}/${vcenter.name} has an item ${vcenter.library}/${itemName(release)} (${id}) ${problem}`,
    hint: `delete it if nobody deploys it, then run again${sha256 === undefined ? "" : `; if its description was only edited, it was: ${itemDescription(search, key, sha256)}`}`,
  };

  function problemOf(): string | undefined {
    if (!facts || facts.owner !== ownerOf(search)) return `that is not of the stack ${ownerOf(search)}: its description is "${description}"`;
    if (facts.key !== key) return `of another build: its key is ${facts.key}, not ${key}`;
    if (sha256 !== undefined && facts.sha256 !== sha256) return `with other bytes: SHA-256 ${facts.sha256}, not ${sha256}`;
    return undefined;
  }
}

function settingOf({ name: site, publishers }: VsphereSite, { name: wanted }: Publisher, setting?: "datastore" | "library"): string {
  return settingPath(["sites", site, "publishers", publishers.findIndex(({ name }) => name === wanted), ...(setting ? [setting] : [])]);
}
