import * as pulumi from "@pulumi/pulumi";
import type { Image } from "@pulumi/gcp/compute/image.js";
import type { GcpSite } from "#model/config/sites/gcp";
import { gcpDescription, gcpImageName, objectName } from "#model/gcp-image";
import { ownerOf } from "#model/owner";
import { succeeded } from "#components/outcome";
import { registrationName, type RegisterOptions, type SealedFormat, type SiteWorld } from "#components/sites/site";
import type { ImageSettings } from "#components/sites/gcp/image-settings";
import { GcsObject } from "#providers/gcs-object/resource";

/**
 * The archive is gone when there is the image; channels set the family; and a description that somebody edited is set again by
 * the check, where the official resource would make the image anew.
 */
const notCompared = ["rawDisk", "family", "description"];

/** Longest time from create to ready. */
const makingTime = "60m";

/** What an image is declared from. */
export interface ImageDeclaration {
  readonly site: GcpSite;
  readonly world: SiteWorld;
  readonly provider: pulumi.ProviderResource;
  readonly release: SealedFormat;
  readonly settings: pulumi.Output<ImageSettings>;
  readonly options: RegisterOptions;
}

/**
 * Labels are the check's: the official resource finds none on an image that it imports (pulumi/pulumi-gcp#3313), and never sees
 * those that others add. Whose an image is, is in its description from the first moment.
 *
 * Declares a release's image: found by its name, key and owner where it is there already, else made of the archive, which is
 * sent for it.
 * @returns undefined where it failed.
 */
export async function declareImage({ site, world, provider, release, settings, options }: ImageDeclaration): Promise<Image | undefined> {
  const { image, version, key, format, sha256, bytes } = release;
  const { project, bucket, storageLocations, licenses, kmsKey } = site;
  const stack = ownerOf(world);
  const name = registrationName(site.name, release);
  const object = new GcsObject(`${name}/object`, { site: site.name, image, version, format: format.name, project, bucket, key, sha256, bytes, stack, recipe: settings.recipe }, { parent: options.parent, dependsOn: [...options.dependsOn] });
  if (!(await succeeded(`${name}/object`, object))) return undefined;
  const { Image } = await import("@pulumi/gcp/compute/image.js");
  const made = new Image(name, {
    name: gcpImageName(release),
    project,
    description: pulumi.output(sha256).apply((digest) => gcpDescription({ key, stack, sha256: digest })),
    rawDisk: { source: `https://storage.googleapis.com/${bucket}/${objectName(release)}` },
    guestOsFeatures: settings.apply(({ guestOsFeatures }) => guestOsFeatures.map((type) => ({ type }))),
    ...(storageLocations.length > 0 && { storageLocations: [...storageLocations] }),
    ...(licenses.length > 0 && { licenses: [...licenses] }),
    ...(kmsKey !== undefined && { imageEncryptionKey: { kmsKeySelfLink: kmsKey } }),
  }, {
    parent: options.parent,
    dependsOn: [...options.dependsOn, object],
    provider,
    import: world.found[name],
    ignoreChanges: notCompared,
    deleteBeforeReplace: true, // two images cannot have one name
    customTimeouts: { create: makingTime },
  });
  return (await succeeded(name, made)) ? made : undefined;
}
