import type * as pulumi from "@pulumi/pulumi";
import type { Image } from "@pulumi/gcp/compute/image.js";
import type { GcpSite } from "#model/config/sites/gcp";
import { FleetError } from "#model/errors";
import { gcpDeprecationTime, gcpImageName } from "#model/gcp-image";
import { ownerOf } from "#model/owner";
import { fail, succeeded } from "#components/outcome";
import { registrationName, type RegisterOptions, type SealedFormat, type Site, type SiteWorld } from "#components/sites/site";
import { declareImage, type ImageDeclaration } from "#components/sites/gcp/declare-image";
import { declareProvider } from "#components/sites/gcp/declare-provider";
import { imageSettings } from "#components/sites/gcp/image-settings";
import { shareImage } from "#components/sites/gcp/share-image";
import { GcpImageCheck } from "#providers/gcp-image-check/resource";

/** A project of Google Cloud. Consumers name an image `projects/<project>/global/images/<image>-<version>`, with dashes for the version's dots. */
export function gcpSite(config: GcpSite, world: SiteWorld): Site {
  let provider: Promise<pulumi.ProviderResource> | undefined;
  return {
    config,
    reference: (release) => `projects/${config.project}/global/images/${gcpImageName(release)}`,
    async register(release, options) {
      const declared = await declare(release, options);
      const shares = declared && (await shareImage(declared.declaration, declared.image));
      return declared !== undefined && shares !== undefined && declareCheck(declared.declaration, declared.image, shares);
    },
    async keep(release, options) {
      const declared = await declare(release, options);
      return declared && [declared.image];
    },
  };

  async function declare(release: SealedFormat, options: RegisterOptions): Promise<{ declaration: ImageDeclaration; image: Image } | undefined> {
    const settings = await imageSettings(config, release).catch(async (error: unknown) => {
      if (!(error instanceof FleetError)) throw error;
      await fail(registrationName(config.name, release), error.message, options.parent);
    });
    if (!settings) return undefined;
    const declaration: ImageDeclaration = { site: config, world, provider: await (provider ??= declareProvider(config)), release, settings, options };
    const image = await declareImage(declaration);
    return image && { declaration, image };
  }
}

/** Last, what Compute Engine really holds. */
async function declareCheck({ site, world, release, settings, options }: ImageDeclaration, { creationTimestamp: made }: Image, shares: readonly pulumi.Resource[]): Promise<boolean> {
  const { image, version, format, key, sha256 } = release;
  const { project, bucket, labels, licenses, storageLocations, members, kmsKey } = site;
  const { guestOsFeatures, architecture, diskSizeGb } = settings;
  const deprecateAt = gcpDeprecationTime(site, version);
  const name = `${registrationName(site.name, release)}/check`;
  return succeeded(name, new GcpImageCheck(name, {
    site: site.name, image, version, format: format.name, project, bucket, key, sha256, made, stack: ownerOf(world), superseded: options.superseded,
    labels, licenses, storageLocations, members, guestOsFeatures, architecture, diskSizeGb, ...(kmsKey !== undefined && { kmsKey }), ...(deprecateAt !== undefined && { deprecateAt }),
  }, { parent: options.parent, dependsOn: [...shares] }));
}
