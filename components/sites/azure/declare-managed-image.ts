import type { Image } from "@pulumi/azure-native/compute/image.js";
import { managedImageName } from "#model/azure-image";
import { succeeded } from "#components/outcome";
import { copyTime, tagsOf, type AzureDeclaration } from "#components/sites/azure/declaration";
import { registrationName } from "#components/sites/site";
import type { PageBlob } from "#providers/page-blob/resource";

/** Tags by which channels point at it are theirs, and the check keeps the others; the disk is gone once the image is made of it. */
const notCompared = ["tags", "storageProfile.osDisk.blobUri"];

/** The release as a managed image of the resource group, for sites without a gallery. @returns undefined where it failed. */
export async function declareManagedImage(declaration: AzureDeclaration, blob: PageBlob): Promise<Image | undefined> {
  const { site, world, provider, release, settings, options: { parent } } = declaration;
  const name = registrationName(site.name, release);
  const { Image } = await import("@pulumi/azure-native/compute/image.js");
  const image = new Image(name, {
    resourceGroupName: site.resourceGroup,
    imageName: managedImageName(release),
    location: site.location,
    hyperVGeneration: settings.generation,
    storageProfile: { osDisk: { osType: "Linux", osState: "Generalized", blobUri: blob.uri } },
    tags: tagsOf(declaration),
  }, { parent, dependsOn: [blob], provider, import: world.found[name], ignoreChanges: notCompared, customTimeouts: { create: copyTime } });
  return (await succeeded(name, image)) ? image : undefined;
}
