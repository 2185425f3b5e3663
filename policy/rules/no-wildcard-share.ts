import type { Declared } from "../declared.ts";
import { fault, resourceRule } from "../rule.ts";

interface Settings {
  readonly organizations: readonly string[];
}

/** By type: those whom a resource shares something with. */
const shares: Readonly<Record<string, (props: Declared["props"]) => readonly unknown[]>> = {
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ({ accountId, organizationArn, organizationalUnitArn }) => [accountId, organizationArn, organizationalUnitArn],
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": ({ accountId }) => [accountId],
  "openstack:images/imageAccess:ImageAccess": ({ memberId }) => [memberId],
  "gcp:compute/imageIamMember:ImageIamMember": ({ member }) => [member],
  "gcp:compute/imageIamBinding:ImageIamBinding": ({ members }) => (Array.isArray(members) ? members : []),
};

/** An AWS organization, the people of a domain, those of a pool of identities, and all accounts of a project or a folder. */
const whole = /^(arn:[^:]+:organizations::[^:]*:organization\/|domain:|principalSet:|principalHierarchy:)/;

export const noWildcardShare = resourceRule<Settings>({
  name: "no-wildcard-share",
  description: "Images are shared with those whom somebody has named, not with a pattern or a whole organization",
  level: "mandatory",
  settings: {
    organizations: { type: "array", items: { type: "string" }, description: "Whole organizations that images may be shared with: the ARN of an AWS organization, `domain:example.com`. Absent: none." },
  },
  faults({ type, name, props }, { organizations = [] }) {
    const named = (shares[type]?.(props) ?? []).filter((share) => typeof share === "string");
    return named.flatMap((share) => {
      if (share.includes("*")) return [fault(`${name} is shared with ${share}, which names nobody`, "name each account, project or member")];
      if (!whole.test(share) || organizations.includes(share)) return [];
      return [fault(`${name} is shared with all of ${share}`, "name accounts, units or groups, or have it added to organizations of no-wildcard-share in the settings of the policy pack")];
    });
  },
});
