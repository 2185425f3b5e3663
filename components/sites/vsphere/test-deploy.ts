import type * as pulumi from "@pulumi/pulumi";
import type { TestDeployConfig, Vcenter, VsphereSite } from "#model/config/sites/vsphere";
import { itemResource } from "#model/vsphere";
import { succeeded } from "#components/outcome";
import { addressOf } from "#components/sites/vsphere/address";
import type { Registered } from "#components/sites/vsphere/item";
import { TestDeploy } from "#providers/test-deploy/resource";

export interface TestDeploys {
  readonly config: TestDeployConfig;
  /** The one that the configuration names, with its own library. */
  readonly vcenter: Vcenter;
  readonly libraryId: pulumi.Output<string>;
  /** Of current releases: what has been superseded was tried in its time. */
  readonly items: readonly Registered[];
  /** Where the vCenter is a subscriber: it has the items when this is done. */
  readonly sync?: pulumi.Resource;
}

/** Declares that each item was deployed as a VM, and ran. */
export async function declareTestDeploys(site: VsphereSite, { config, vcenter, libraryId, items, sync }: TestDeploys): Promise<void> {
  const { vcenter: _, ...place } = config;
  await Promise.all(items.map(async ({ release, item, parent }) => {
    const name = itemResource(site.name, vcenter.name, release, "deploy");
    const { image, version } = release;
    const deploy = new TestDeploy(name, {
      site: site.name, ...addressOf(vcenter), libraryId, datacenter: vcenter.datacenter, image, version, ...place,
    }, { parent, dependsOn: sync ? [sync] : [item] });
    await succeeded(name, deploy);
  }));
}
