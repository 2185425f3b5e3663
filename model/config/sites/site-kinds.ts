import { aws } from "#model/config/sites/aws";
import { azure } from "#model/config/sites/azure";
import { gcp } from "#model/config/sites/gcp";
import { local } from "#model/config/sites/local";
import { openstack } from "#model/config/sites/openstack";
import type { SiteKind } from "#model/config/sites/site-kind";
import { vagrant } from "#model/config/sites/vagrant";
import { vsphere } from "#model/config/sites/vsphere";

/** Every kind of site. A new kind is one file beside `local.ts` and one line here. */
export const siteKinds = {
  aws,
  azure,
  gcp,
  local,
  openstack,
  vagrant,
  vsphere,
};

/** A site of any kind. */
export type SiteConfig = ReturnType<(typeof siteKinds)[keyof typeof siteKinds]["finish"]>;

/** Names of the formats that a site takes of every image. */
export function formatsOf(site: SiteConfig): readonly string[] {
  const kind: Pick<SiteKind<SiteConfig>, "formats"> = siteKinds[site.kind];
  return kind.formats(site);
}
