import * as pulumi from "@pulumi/pulumi";
import { registeredId } from "#model/azure-ids";
import { endOfLife, managedImageName, replicaRegions } from "#model/azure-image";
import type { AzureSite } from "#model/config/sites/azure";
import { FleetError } from "#model/errors";
import { ownerOf } from "#model/owner";
import { fail, succeeded } from "#components/outcome";
import { imageSettings } from "#components/sites/azure/image-settings";
import { registrationName, type RegisterOptions, type SealedFormat, type Site, type SiteWorld } from "#components/sites/site";
import { tagsOf, type AzureDeclaration } from "#components/sites/azure/declaration";
import { declareDefinition, type DeclaredDefinition } from "#components/sites/azure/declare-definition";
import { declareManagedImage } from "#components/sites/azure/declare-managed-image";
import { declareProvider } from "#components/sites/azure/declare-provider";
import { declareVersion } from "#components/sites/azure/declare-version";
import { AzureImageCheck } from "#providers/azure-image-check/resource";
import { PageBlob } from "#providers/page-blob/resource";

/** A Compute Gallery, or a resource group with managed images. Consumers name `<gallery>/<image>/<version>`, or the managed image. */
export function azureSite(config: AzureSite, world: SiteWorld): Site {
  let provider: Promise<pulumi.ProviderResource> | undefined;
  const definitions = new Map<string, Promise<DeclaredDefinition | undefined>>();
  return {
    config,
    reference: (release) => (config.gallery === undefined ? managedImageName(release) : `${config.gallery}/${release.image}/${release.version}`),
    async register(release, options) {
      const declared = await declare(release, options);
      return declared !== undefined && declareCheck(declared.declaration, declared.image);
    },
    async keep(release, options) {
      const declared = await declare(release, options);
      return declared && [declared.image];
    },
  };

  async function declare(release: SealedFormat, options: RegisterOptions): Promise<{ declaration: AzureDeclaration; image: pulumi.CustomResource } | undefined> {
    const settings = await imageSettings(config, release).catch(async (error: unknown) => {
      if (!(error instanceof FleetError)) throw error;
      await fail(registrationName(config.name, release), error.message, options.parent);
    });
    if (!settings) return undefined;
    const declaration: AzureDeclaration = { site: config, world, provider: await (provider ??= declareProvider(config)), release, settings, options };
    const definition = config.gallery === undefined ? undefined : await (definitions.get(release.image) ?? remember(definitions, release.image, declareDefinition(declaration)));
    if (config.gallery !== undefined && !definition) return undefined;
    const blob = await declareBlob(declaration);
    if (!blob) return undefined;
    const image = definition ? await declareVersion(declaration, definition, blob) : await declareManagedImage(declaration, blob);
    return image && { declaration, image };
  }
}

/** All releases of an image share its definition. */
function remember(definitions: Map<string, Promise<DeclaredDefinition | undefined>>, image: string, definition: Promise<DeclaredDefinition | undefined>): Promise<DeclaredDefinition | undefined> {
  definitions.set(image, definition);
  return definition;
}

async function declareBlob({ site, world, release, options: { parent, dependsOn } }: AzureDeclaration): Promise<PageBlob | undefined> {
  const of = registrationName(site.name, release);
  const name = `${of}/blob`;
  const blob = new PageBlob(name, { of, place: site, target: registeredId(site, release), key: release.key, sha256: release.sha256, stack: ownerOf(world) }, { parent, dependsOn: [...dependsOn] });
  return (await succeeded(name, blob)) ? blob : undefined;
}

/** Last, what Azure really holds; then the disk that it was made of goes. */
async function declareCheck(declaration: AzureDeclaration, image: pulumi.CustomResource): Promise<boolean> {
  const { site, release, settings, options: { parent } } = declaration;
  const of = registrationName(site.name, release);
  const end = site.gallery === undefined ? undefined : endOfLife(site, release.version);
  const expected = pulumi.all([tagsOf(declaration), settings]).apply(([tags, { size, generation, features }]) => ({
    tags, size, generation, features: features.map((feature) => `${feature.name}=${feature.value}`),
    regions: site.gallery === undefined ? [] : replicaRegions(site), ...(end !== undefined && { endOfLife: end }),
  }));
  const name = `${of}/check`;
  return succeeded(name, new AzureImageCheck(name, { of, place: site, expected }, { parent, dependsOn: [image] }));
}
