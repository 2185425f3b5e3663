import type { SimulatedVcenter } from "../../../test/servers/vcsim.ts";
import type { Servers } from "./servers.ts";

export const image = "tiny";
/** The releases of the story: one that works, one that is withdrawn, one that puts it right. */
export const [a, b, c] = ["2026.1101.1", "2026.1101.2", "2026.1101.3"] as const;

/** What the stack file says, keys without their prefix. The chapters change the first three. */
export interface StackFile {
  readonly channels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly revoked: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly promotion: unknown;
  readonly images: unknown;
  readonly sites: Readonly<Record<string, unknown>>;
}

/** One image on seven sites, one of each kind, with two channels. */
export function firstStackFile({ vcsim, aws, azure, gcp }: Servers): StackFile {
  return {
    channels: { candidate: { [image]: "latest" }, stable: { [image]: a } },
    revoked: undefined, // where it stands once there is one
    promotion: { stable: { waves: [{ sites: ["laptop", "north", "amazon"] }, { sites: ["all"] }] } },
    images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", scripts: ["greeting"], sites: ["all"] } },
    sites: {
      laptop: { kind: "local", path: "laptop" },
      boxes: { kind: "vagrant", path: "boxes" },
      north: { kind: "openstack", cloud: "factory", region: "north" },
      corp: { kind: "vsphere", publishers: [{ ...vcenter(vcsim.vcenter("hub")), subscribers: [vcenter(vcsim.vcenter("branch"))] }] },
      amazon: { kind: "aws", region: aws.region, copyTo: ["eu-west-1"], shareWith: ["222222222222"], parameter: "/images/{image}/{channel}", deprecateAfter: 3650 },
      azure: { kind: "azure", ...azure.site, endOfLifeAfter: 3650 },
      google: { kind: "gcp", ...gcp.site, members: ["group:builders@example.com"], deprecateAfter: 3650 },
    },
  };
}

function vcenter({ name, server, thumbprint, credentials, datacenter, datastore }: SimulatedVcenter): Record<string, string> {
  return { name, server, thumbprint, credentials, datacenter, datastore };
}

/** The script by which the releases differ. */
export const script = "packer/scripts/greeting.sh";

export function greeting(words: string): string {
  return `#!/bin/sh\n# What is said to whoever logs in.\nset -eu\necho '${words}' >/etc/motd\n`;
}
