import type * as pulumi from "@pulumi/pulumi";
import { amiName } from "#model/aws-image";
import type { AwsSite } from "#model/config/sites/aws";
import type { AmiDeclaration } from "#components/sites/aws/ami-facts";
import { checkAmi } from "#components/sites/aws/check-ami";
import { declareAmi } from "#components/sites/aws/declare-ami";
import { declareCopy } from "#components/sites/aws/declare-copy";
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
