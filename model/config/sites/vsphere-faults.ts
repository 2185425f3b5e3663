import type { Claim, SiteFault, Written } from "#model/config/sites/site-kind";
import type { vsphereSettings } from "#model/config/sites/vsphere-settings";
import { wrongName } from "#model/config/wrong-name";

type Settings = Written<typeof vsphereSettings>;

/** A vCenter as written, and where. */
interface Place {
  readonly keys: readonly PropertyKey[];
  readonly name?: string;
  readonly server?: string;
}

/** What a publisher needs and does not say may be the site's; subscribers then have it from there. */
const needed = ["credentials", "datacenter", "datastore"] as const;

/** Every vCenter has a name of its own and what it needs, and the test deploy names one of them. */
export function vsphereFaults(settings: Settings, near: (keys: readonly PropertyKey[]) => boolean): SiteFault[] {
  return [...incomplete(settings, near), ...repeatedNames(settings), ...testDeployFaults(settings)];
}

/** A vCenter belongs to one boundary, and to one place in it. */
export function vsphereClaims(settings: Settings): Claim[] {
  return vcenters(settings).flatMap(({ keys, server }) => (server === undefined ? [] : [{
    keys: [...keys, "server"], what: server.toLowerCase().replace(/:443$/, ""), as: "a vCenter", expected: "a server of its own" }]));
}

function vcenters({ publishers = [] }: Settings): Place[] {
  return publishers.flatMap((publisher, index) => [
    { keys: ["publishers", index], ...publisher },
    ...(publisher?.subscribers ?? []).map((subscriber, position) => ({ keys: ["publishers", index, "subscribers", position], ...subscriber })),
  ]);
}

function incomplete(settings: Settings, near: (keys: readonly PropertyKey[]) => boolean): SiteFault[] {
  return (settings.publishers ?? []).flatMap((publisher, index) => needed.flatMap((key) => {
    const keys = ["publishers", index, key];
    if (publisher === undefined || (publisher[key] ?? settings[key]) !== undefined || near(keys) || near([key])) return [];
    return [{ keys, problem: `${key} is not set`, expected: `the ${key} of this vCenter`, hint: `set it there, or for all vCenters of the site in its own ${key}` }];
  }));
}

function repeatedNames(settings: Settings): SiteFault[] {
  const places = vcenters(settings);
  return places.flatMap(({ keys, name }, index) => (name === undefined || places.findIndex((other) => other.name === name) === index ? [] : [{
    keys: [...keys, "name"], problem: `there is a vCenter ${name} in this site already`, expected: "a name of its own" }]));
}

function testDeployFaults(settings: Settings): SiteFault[] {
  const names = vcenters(settings).map(({ name }) => name);
  const wanted = settings.testDeploy?.vcenter;
  const known = names.filter((name) => name !== undefined);
  if (wanted === undefined || known.length < names.length || known.includes(wanted)) return [];
  return [{ keys: ["testDeploy", "vcenter"], ...wrongName(wanted, "vCenter", known) }];
}
