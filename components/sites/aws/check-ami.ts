import * as pulumi from "@pulumi/pulumi";
import { amiArchitecture, bootMode, deprecationTime, sharesOf } from "#model/aws-image";
import { amiResource } from "#model/aws-names";
import { ownerOf } from "#model/owner";
import { succeeded } from "#components/outcome";
import type { AmiDeclaration } from "#components/sites/aws/ami-facts";
import { AmiCheck } from "#providers/ami-check/resource";

export interface Checked {
  readonly imageId: pulumi.Input<string>;
  /** Absent of a copy. */
  readonly snapshotId?: pulumi.Input<string>;
  readonly adopted: boolean;
}

/** Last, what the region really holds. @returns undefined where it is not what it should be. */
export async function checkAmi({ site, world, release, options: { parent, superseded } }: AmiDeclaration, region: string, { adopted, ...ids }: Checked): Promise<AmiCheck | undefined> {
  const { image, version, key, sha256, os } = release;
  const name = `${amiResource(site, release, region)}/check`;
  const shares = sharesOf(site).map((share) => share.group ?? share.accountId ?? share.organizationArn ?? share.organizationalUnitArn ?? "").sort();
  const deprecated = deprecationTime(site, version);
  const { name: siteName, profile, assumeRole, tags, kmsKeys: { [region]: kmsKey } } = site;
  const check = new AmiCheck(name, {
    site: siteName, region, image, version, key, sha256, stack: ownerOf(world), ...ids,
    kind: pulumi.output(os).apply((system) => ({ architecture: amiArchitecture(system), bootMode: bootMode(system, site), tpm: site.tpm, latest: !superseded, adopted })),
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(shares.length > 0 && { shares }),
    ...(deprecated !== undefined && { deprecated }),
    ...(kmsKey !== undefined && { kmsKey }),
    ...(profile !== undefined && { profile }),
    ...(assumeRole !== undefined && { assumeRole }),
  }, { parent });
  return (await succeeded(name, check)) ? check : undefined;
}
