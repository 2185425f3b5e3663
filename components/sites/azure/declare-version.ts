import type { GalleryImage } from "@pulumi/azure-native/compute/galleryImage.js";
import type { GalleryImageVersion } from "@pulumi/azure-native/compute/galleryImageVersion.js";
import { storageAccountId } from "#model/azure-ids";
import { definitionName, endOfLife, replicaRegions } from "#model/azure-image";
import { succeeded } from "#components/outcome";
import { copyTime, tagsOf, type AzureDeclaration } from "#components/sites/azure/declaration";
import { registrationName } from "#components/sites/site";
import type { PageBlob } from "#providers/page-blob/resource";

/** What channels flip later, the tags among it, which the check keeps, and the disk, which is gone once the version is made of it. */
const notCompared = ["publishingProfile.excludeFromLatest", "tags", "storageProfile.osDiskImage.source"];

/** The release as a version of its image's definition, in every region. @returns undefined where it failed. */
export async function declareVersion(declaration: AzureDeclaration, definition: GalleryImage, blob: PageBlob): Promise<GalleryImageVersion | undefined> {
  const { site, world, provider, release, options: { parent } } = declaration;
  const { image, version } = release;
  const name = registrationName(site.name, release);
  const endOfLifeDate = endOfLife(site, version);
  const { GalleryImageVersion } = await import("@pulumi/azure-native/compute/galleryImageVersion.js");
  const registered = new GalleryImageVersion(name, {
    resourceGroupName: site.resourceGroup,
    galleryName: site.gallery!,
    galleryImageName: definitionName(image),
    galleryImageVersionName: version,
    location: site.location,
    storageProfile: { osDiskImage: { source: { storageAccountId: storageAccountId(site), uri: blob.uri } } },
    publishingProfile: {
      excludeFromLatest: true,
      targetRegions: replicaRegions(site).map(({ region, replicas }) => ({ name: region, regionalReplicaCount: replicas })),
      ...(endOfLifeDate !== undefined && { endOfLifeDate }),
    },
    tags: tagsOf(declaration),
  }, { parent, dependsOn: [definition, blob], provider, import: world.found[name], ignoreChanges: notCompared, customTimeouts: { create: copyTime, update: copyTime } });
  return (await succeeded(name, registered)) ? registered : undefined;
}
