import * as pulumi from "@pulumi/pulumi";
import type { ContentLibraryItem } from "@pulumi/vsphere";
import type { Publisher, VsphereSite } from "#model/config/sites/vsphere";
import { FleetError } from "#model/errors";
import { itemDescription, itemName, itemResource, vcenterResource } from "#model/vsphere";
import { fail, succeeded } from "#components/outcome";
import type { RegisterOptions, SealedFormat, SiteWorld } from "#components/sites/site";
import type { Library } from "#components/sites/vsphere/library";

/** An item that its publisher has. */
export interface Registered extends RegisterOptions {
  readonly release: SealedFormat;
  readonly item: ContentLibraryItem;
}

/**
 * Declares a release's item in a publisher's library: the one time that its bytes enter the boundary for this publisher.
 * Every property of an item makes it another item, so what may differ between machines and runs is never compared.
 * @returns undefined where it failed.
 */
export async function declareItem(site: VsphereSite, publisher: Publisher, { provider, library }: Library, release: SealedFormat, world: SiteWorld, options: RegisterOptions): Promise<ContentLibraryItem | undefined> {
  const name = itemResource(site.name, publisher.name, release, release.format.name);
  const fileUrl = await world.artifact(name, release).catch(async (error: unknown) => {
    if (!(error instanceof FleetError)) throw error;
    await fail(name, error.message, options.parent);
  });
  if (fileUrl === undefined) return undefined;
  const { ContentLibraryItem } = await import("@pulumi/vsphere/contentLibraryItem.js");
  const item = new ContentLibraryItem(name, {
    libraryId: library.id,
    name: itemName(release),
    description: pulumi.output(release.sha256).apply((sha256) => itemDescription(world, release.key, sha256)),
    type: "ovf", // what vCenter makes of an OVA
    fileUrl,
  }, {
    parent: options.parent,
    dependsOn: [...options.dependsOn],
    provider,
    import: world.found[name],
    // An item that was found has no file in the state: it is not sent again. One that is missing is made from this run's.
    ignoreChanges: isMissing(site, publisher, name, world) ? ["description"] : ["description", "fileUrl"],
    deleteBeforeReplace: true,
  });
  return (await succeeded(name, item)) ? item : undefined;
}

/** The vCenter was asked, and has no such item. */
function isMissing(site: VsphereSite, publisher: Publisher, name: string, { found }: SiteWorld): boolean {
  return found[vcenterResource(site.name, publisher.name, "datastore")] !== undefined && found[name] === undefined;
}
