import * as pulumi from "@pulumi/pulumi";
import type { Image, ImageArgs } from "@pulumi/openstack/images/image.js";
import type { OpenstackSite } from "#model/config/sites/openstack";
import { FleetError } from "#model/errors";
import { artifactReference, channelProperty, imageSettings, smallestDisk } from "#model/openstack-image";
import { fail, succeeded } from "#components/outcome";
import { registrationName, type RegisterOptions, type SealedFormat, type SiteWorld } from "#components/sites/site";

/**
 * What differs between the machine that registered an image and the one that runs now, or is not known of an image that was found;
 * and `protected`, which the registration's check sets last and takes away first: the official resource cannot delete what it protects.
 */
const notCompared = ["localFilePath", "imageSourceUrl", "webDownload", "verifyChecksum", "imageCachePath", "protected"];

/** Longest time from create to active; an upload of many GiB over a slow line is in it. */
const uploadTime = "6h";

/** What an image is declared from. */
export interface ImageDeclaration {
  readonly site: OpenstackSite;
  readonly world: SiteWorld;
  readonly provider: pulumi.ProviderResource;
  readonly release: SealedFormat;
  readonly options: RegisterOptions;
}

/**
 * Declares a release's image in the region: found by its name and key where it is there already, else sent, once.
 * @returns undefined where it failed.
 */
export async function declareImage({ site, world, provider, release, options }: ImageDeclaration, properties: pulumi.Input<Record<string, string>>): Promise<Image | undefined> {
  const name = registrationName(site.name, release);
  const bytes = await bytesOf(site, world, release).catch(async (error: unknown) => {
    if (!(error instanceof FleetError)) throw error;
    await fail(name, error.message, options.parent);
  });
  if (!bytes) return undefined;
  const { Image } = await import("@pulumi/openstack/images/image.js");
  const image = new Image(name, {
    ...imageSettings(site, { ...release, superseded: options.superseded || isFlipped(site, world, release) }),
    minDiskGb: pulumi.output(release.virtualBytes).apply((virtual) => smallestDisk(site, virtual)),
    properties,
    imageCachePath: ".imagefleet/outgoing", // never used; by default it would be under the home of whoever runs this
    ...bytes,
  }, {
    parent: options.parent,
    dependsOn: [...options.dependsOn],
    provider,
    import: world.found[name],
    ignoreChanges: [...notCompared, ...pointers(site, world, release)],
    // A download that fails leaves the image queued, which looks like one that has not begun: it is given up when it counts as dead.
    customTimeouts: { create: site.webDownload === undefined ? uploadTime : `${site.stuckAfter}m` },
  });
  return (await succeeded(name, image)) ? image : undefined;
}

/** What channels move on the image. */
function pointers(site: OpenstackSite, world: SiteWorld, release: SealedFormat): string[] {
  const properties = Object.values(world.config.channels).filter(({ images }) => release.image in images).map(({ name }) => `properties.${channelProperty(name)}`);
  return [...properties, ...(isFlipped(site, world, release) ? ["hidden"] : [])];
}

/** Of an image in the site's own channel, the release that the channel points at is shown, and the others are not. */
export function isFlipped({ nativeChannel }: OpenstackSite, { config }: Pick<SiteWorld, "config">, { image }: Pick<SealedFormat, "image">): boolean {
  const channel = nativeChannel === undefined ? undefined : config.channels[nativeChannel];
  return channel !== undefined && image in channel.images;
}

/** Glance fetches them from the store itself, or they are sent from here. Either way they are verified before they leave. */
async function bytesOf(site: OpenstackSite, world: SiteWorld, release: SealedFormat): Promise<Pick<ImageArgs, "localFilePath" | "verifyChecksum" | "imageSourceUrl" | "webDownload">> {
  const localFilePath = await world.artifact(registrationName(site.name, release), release);
  if (site.webDownload !== undefined) return { webDownload: true, imageSourceUrl: `${site.webDownload}/${artifactReference(release, release.format)}` };
  return { localFilePath, verifyChecksum: false }; // it is MD5, of what is read once more; the check compares a real digest
}
