import { siteOf, unknown, valueAt, type Declared } from "../declared.ts";
import { fault, resourceRule } from "../rule.ts";
import { stackSites, type SiteSettings } from "../stack-sites.ts";

interface Settings {
  readonly sites: readonly string[];
}

/** By type: the site's setting with its keys, and the key that a resource is encrypted with. */
const keys: Readonly<Record<string, { readonly setting: "kmsKeys" | "kmsKey"; readonly of: (props: Declared["props"]) => unknown }>> = {
  "pulumi-nodejs:dynamic/imagefleet:EbsSnapshot": { setting: "kmsKeys", of: ({ kmsKey }) => kmsKey },
  "aws:ec2/amiCopy:AmiCopy": { setting: "kmsKeys", of: ({ encrypted, kmsKeyId }) => (encrypted === true || encrypted === unknown ? kmsKeyId : undefined) },
  "gcp:compute/image:Image": { setting: "kmsKey", of: (props) => valueAt(props, "imageEncryptionKey.kmsKeySelfLink") },
};

export const encrypted = resourceRule<Settings>({
  name: "encrypted",
  description: "Disks are encrypted with a key of one's own where the stack, or the pack, asks for it",
  level: "mandatory",
  settings: {
    sites: { type: "array", items: { type: "string" }, description: "Sites whose images must be encrypted, or `*` for all that can be. Absent: those with keys in the stack's configuration." },
  },
  faults({ type, name, props }, { sites = [] }) {
    const key = keys[type];
    const site = siteOf(name);
    if (!key || key.of(props) !== undefined || !isAsked(site, stackSites()[site], sites)) return [];
    return [fault(`${name} is not encrypted with a key of ${site}'s own`, `set ${key.setting} of imagefleet:sites.${site}; what was registered without it stays as it is until its release is withdrawn`)];
  },
});

function isAsked(site: string, settings: SiteSettings | undefined, sites: readonly string[]): boolean {
  const configured = settings?.kmsKey !== undefined || (typeof settings?.kmsKeys === "object" && settings.kmsKeys !== null && Object.keys(settings.kmsKeys).length > 0);
  return configured || sites.includes("*") || sites.includes(site);
}
