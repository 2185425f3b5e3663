import type { Openstack } from "../../test/servers/openstack/start-openstack.ts";
import type { Vcsim } from "../../test/servers/vcsim.ts";

const script = `#!/bin/sh
# A greeting: what makes one image differ from the other.
# setting: greeting = hello
set -eu
echo "$GREETING" >/etc/greeting
`;

/** The demo's configuration: two tiny images on two OpenStack regions and one boundary of vCenters. */
export function privateFleet(openstack: Openstack, vcsim: Vcsim): { readonly script: string; readonly config: Record<string, unknown> } {
  const regions = openstack.regions.map(({ name }) => [name === "RegionOne" ? "region-one" : "region-two", openstackSite(name, openstack.projectIds.team)]);
  const sites = Object.fromEntries([...regions, ["corp", boundary(vcsim)]]) as Record<string, unknown>;
  const image = { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: Object.keys(sites), resources: { cpus: 1 } };
  return { script, config: { images: { tiny: image, "tiny-hello": { ...image, scripts: ["hello"], variables: { greeting: "good morning" } } }, sites } };
}

function openstackSite(region: string, team: string): Record<string, unknown> {
  return { kind: "openstack", cloud: "factory", region, visibility: "shared", members: [{ project: team, cloud: "team" }], tags: ["demo"] };
}

/** Two generations of vCenters, each with an OVA of its own, and a branch that pulls from the newer one. */
function boundary({ vcenters }: Vcsim): Record<string, unknown> {
  const [newer, older, branch] = vcenters.map(({ name, server, thumbprint, credentials, datacenter, datastore }) => ({ name, server, thumbprint, credentials, datacenter, datastore }));
  return {
    kind: "vsphere",
    publishers: [
      { ...newer, format: "ova", subscribers: [branch] },
      { ...older, format: "ova-vmx-10-sha1", subscribers: [] },
    ],
  };
}
