import { siteOf, valueAt, type Declared } from "../declared.ts";
import { fault, resourceRule } from "../rule.ts";
import { stackSites } from "../stack-sites.ts";

interface Settings {
  readonly sites: readonly string[];
}

/** By type, without its version: how a resource opens something to everybody; undefined where it does not. */
const openings: Readonly<Record<string, (props: Declared["props"]) => string | undefined>> = {
  "openstack:images/image:Image": ({ visibility }) => (visibility === "public" || visibility === "community" ? `its visibility is ${visibility}` : undefined),
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ({ group }) => (group === "all" ? "every AWS account may launch the AMI" : undefined),
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": ({ accountId }) => (accountId === "all" ? "every AWS account may read the snapshot" : undefined),
  "azure-native:compute:Gallery": (props) => (valueAt(props, "sharingProfile.permissions") === "Community" ? "it is a community gallery" : undefined),
  "gcp:compute/imageIamMember:ImageIamMember": ({ member }) => everyone([member]),
  "gcp:compute/imageIamBinding:ImageIamBinding": ({ members }) => everyone(Array.isArray(members) ? members : []),
  "gcp:compute/imageIamPolicy:ImageIamPolicy": ({ policyData }) => everyone(typeof policyData === "string" ? (policyData.match(/\ball(Authenticated)?Users\b/g) ?? []) : []),
};

function everyone(members: readonly unknown[]): string | undefined {
  const open = members.find((member) => member === "allUsers" || member === "allAuthenticatedUsers");
  return open === undefined ? undefined : `${String(open)} may use it`;
}

export const publicApproved = resourceRule<Settings>({
  name: "public-approved",
  description: "Nothing is public unless somebody has approved it",
  level: "mandatory",
  settings: {
    sites: { type: "array", items: { type: "string" }, description: "Sites that may have public images. Absent: each that has a publicApproval in the stack's configuration." },
  },
  faults({ type, name, props }, { sites }) {
    const how = openings[type.replace(/^(azure-native:compute)\/[^:]+:/, "$1:")]?.(props);
    const site = siteOf(name);
    if (how === undefined || isApproved(site, sites)) return [];
    return [fault(`${name} is public: ${how}, and nobody has approved it`, sites === undefined
      ? `keep it private, or set publicApproval of imagefleet:sites.${site} to who approved it and where that is written down`
      : `keep it private, or have ${site} added to sites of public-approved in the settings of the policy pack`)];
  },
});

function isApproved(site: string, sites: readonly string[] | undefined): boolean {
  if (sites) return sites.includes(site);
  const { [site]: settings } = stackSites();
  return typeof settings?.publicApproval === "string" && settings.publicApproval.trim() !== "";
}
