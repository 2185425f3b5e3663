import type * as pulumi from "@pulumi/pulumi";
import { amiName } from "#model/aws-image";
import { amiResource } from "#model/aws-names";
import type { AwsSite } from "#model/config/sites/aws";
import type { AmiDeclaration } from "#components/sites/aws/ami-facts";
import { checkAmi } from "#components/sites/aws/check-ami";
import { declareAmi } from "#components/sites/aws/declare-ami";
import { declareCopy, isAdopted } from "#components/sites/aws/declare-copy";
import { declareProvider } from "#components/sites/aws/declare-provider";
import { shareAmi } from "#components/sites/aws/share-ami";
import type { Site, SiteWorld } from "#components/sites/site";

/** An AWS account. Consumers name an AMI `<image>-<version>`, the same in every region, or find it by its tags. */
export function awsSite(config: AwsSite, world: SiteWorld): Site {
  let provider: Promise<pulumi.ProviderResource> | undefined;
  return {
    config,
    reference: amiName,
    async register(release, options) {
      provider ??= declareProvider(config);
      return registerEverywhere({ site: config, world, provider: await provider, release, options });
    },
    async keep(release, options) {
      provider ??= declareProvider(config);
      return keepEverywhere({ site: config, world, provider: await provider, release, options });
    },
  };
}

/** The regions with copies come after the main one has been found right, and side by side: one that fails holds back no other. */
async function registerEverywhere(declaration: AmiDeclaration): Promise<boolean> {
  const { site } = declaration;
  const main = await declareAmi(declaration);
  if (!main || !(await shareAmi(declaration, site.region, main.ami.id))) return false;
  const check = await checkAmi(declaration, site.region, { imageId: main.ami.id, snapshotId: main.snapshot.snapshotId, adopted: false });
  if (!check) return false;
  const copies = await Promise.all(site.copyTo.map(async (region) => {
    const copy = await declareCopy(declaration, region, main.ami, check);
    return copy !== undefined && (await shareAmi(declaration, region, copy.id)) && (await checkAmi(declaration, region, { imageId: copy.id, adopted: copy.adopted })) !== undefined;
  }));
  return copies.every(Boolean);
}

/** AMIs and their snapshots alone; copies that were found are not kept: they go with their check. @returns the AMI of each region */
async function keepEverywhere(declaration: AmiDeclaration): Promise<pulumi.Resource[] | undefined> {
  const main = await declareAmi(declaration);
  if (!main) return undefined;
  const { site, release, world } = declaration;
  const made = site.copyTo.filter((region) => !isAdopted(world.found, amiResource(site, release, region)));
  const copies = await Promise.all(made.map((region) => declareCopy(declaration, region, main.ami, main.ami)));
  return copies.every((copy) => copy !== undefined) ? [main.ami, ...copies.map(({ resource }) => resource)] : undefined;
}
