import type { Aws } from "../../test/servers/aws/start-aws.ts";
import type { Azure } from "../../test/servers/azure/start-azure.ts";
import type { Gcp } from "../../test/servers/gcp/start-gcp.ts";

/** What stands for the three clouds. */
export interface Clouds {
  readonly aws: Aws;
  readonly azure: Azure;
  readonly gcp: Gcp;
}

/** Regions with a copy, besides the one where the bytes enter. */
export const copies = ["eu-west-1", "us-east-1", "ap-southeast-2"] as const;
/** Another account, which the AMIs are shared with, and which gets their tags too. */
export const partner = "210987654321";

const tags = { team: "platform", purpose: "demo" };

/** The demo's configuration: images on four AWS regions and two accounts, a gallery with three regions, and a project of Google Cloud. */
export function publicFleet({ aws, azure, gcp }: Clouds, tinyOnly: boolean): Record<string, unknown> {
  const sites = {
    aws: { kind: "aws", region: aws.region, copyTo: [...copies], shareWith: [{ account: partner, role: aws.role(partner) }], tags, deprecateAfter: 365 },
    azure: { kind: "azure", ...azure.site, replicateTo: ["northeurope", "francecentral"], tags, endOfLifeAfter: 365 },
    gcp: { kind: "gcp", ...gcp.site, labels: tags, members: ["group:builders@example.com"] },
  };
  const image = { epoch: "2026-11-01", sites: Object.keys(sites) };
  const tiny = { ...image, os: "tiny/tiny-x86_64", resources: { cpus: 1 } };
  return { images: { tiny, ...(!tinyOnly && { "debian-12": { ...image, os: "debian/debian-12-x86_64" } }) }, sites };
}
