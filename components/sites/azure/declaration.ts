import * as pulumi from "@pulumi/pulumi";
import { azureTags } from "#model/azure-image";
import type { AzureSite } from "#model/config/sites/azure";
import { ownerOf } from "#model/owner";
import type { ImageSettings } from "#components/sites/azure/image-settings";
import type { RegisterOptions, SealedFormat, SiteWorld } from "#components/sites/site";

/** What an image is declared from. */
export interface AzureDeclaration {
  readonly site: AzureSite;
  readonly world: SiteWorld;
  readonly provider: pulumi.ProviderResource;
  readonly release: SealedFormat;
  readonly settings: pulumi.Output<ImageSettings>;
  readonly options: RegisterOptions;
}

/** Longest time from create to ready: Azure copies the disk to every region. */
export const copyTime = "4h";

export function tagsOf({ site, world, release, options: { superseded } }: AzureDeclaration): pulumi.Output<Record<string, string>> {
  const { image, version, key } = release;
  return pulumi.output(release.sha256).apply((sha256) => azureTags(site, { image, version, key, sha256, stack: ownerOf(world), superseded }));
}
