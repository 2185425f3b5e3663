import { definitionName, managedImageName } from "#model/azure-image";
import type { AzureSite } from "#model/config/sites/azure";
import type { ReleaseId } from "#model/release";

type Group = Pick<AzureSite, "subscription" | "resourceGroup">;
type Registry = Group & Pick<AzureSite, "gallery">;

/** Ids of Azure Resource Manager, which follow from names: `/subscriptions/<id>/resourceGroups/<name>`. */
export function resourceGroupId({ subscription, resourceGroup }: Group): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
}

export function storageAccountId(site: Group & Pick<AzureSite, "storageAccount">): string {
  return `${resourceGroupId(site)}/providers/Microsoft.Storage/storageAccounts/${site.storageAccount}`;
}

/** Of an image definition; undefined on a site without a gallery. */
export function definitionId(site: Registry, image: string): string | undefined {
  return site.gallery === undefined ? undefined : `${resourceGroupId(site)}/providers/Microsoft.Compute/galleries/${site.gallery}/images/${definitionName(image)}`;
}

/** Of what consumers use of a release: a version of an image definition, or a managed image. */
export function registeredId(site: Registry, release: ReleaseId): string {
  const definition = definitionId(site, release.image);
  return definition === undefined ? `${resourceGroupId(site)}/providers/Microsoft.Compute/images/${managedImageName(release)}` : `${definition}/versions/${release.version}`;
}

/** The id that another one begins with: of a version its definition's, of a managed image its resource group's. */
export function listedUnder(id: string): string {
  return id.replace(/\/versions\/[^/]+$|\/providers\/Microsoft\.Compute\/images\/[^/]+$/, "");
}
