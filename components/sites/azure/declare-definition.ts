import type { GalleryImage } from "@pulumi/azure-native/compute/galleryImage.js";
import { definitionName, definitionTags } from "#model/azure-image";
import { ownerOf } from "#model/owner";
import { succeeded } from "#components/outcome";
import type { AzureDeclaration } from "#components/sites/azure/declaration";

/** What Azure never changes of a definition: another value would have it replaced, with all its versions. The check tells of it. */
const forGood = ["hyperVGeneration", "architecture", "features"];

/** The definition of an image in the site's gallery, which all its releases are versions of. @returns undefined where it failed. */
export async function declareDefinition({ site, world, provider, release: { image }, settings, options: { parent, dependsOn } }: AzureDeclaration): Promise<GalleryImage | undefined> {
  const name = `${site.name}/${image}/definition`;
  const { GalleryImage } = await import("@pulumi/azure-native/compute/galleryImage.js");
  const definition = new GalleryImage(name, {
    resourceGroupName: site.resourceGroup,
    galleryName: site.gallery!,
    galleryImageName: definitionName(image),
    location: site.location,
    osType: "Linux",
    osState: "Generalized",
    hyperVGeneration: settings.generation,
    architecture: settings.architecture,
    features: settings.features,
    identifier: { publisher: site.publisher, offer: image, sku: image },
    tags: definitionTags(site, { image, stack: ownerOf(world) }),
  }, { parent, dependsOn: [...dependsOn], provider, import: world.found[name], ignoreChanges: forGood });
  return (await succeeded(name, definition)) ? definition : undefined;
}

export type { GalleryImage as DeclaredDefinition } from "@pulumi/azure-native/compute/galleryImage.js";
