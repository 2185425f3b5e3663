import type { Ami } from "@pulumi/aws/ec2/ami.js";
import { rootDevice } from "#model/aws-image";
import { adoptedAs, amiResource } from "#model/aws-names";
import { FleetError } from "#model/errors";
import { ownerOf } from "#model/owner";
import { fail, succeeded } from "#components/outcome";
import { commonArgs, notCompared, registrationArgs, requireBootable, tagsOf, type AmiDeclaration } from "#components/sites/aws/ami-facts";
import { EbsSnapshot } from "#providers/ebs-snapshot/resource";

/** The AMI of a site's main region, with the snapshot that its bytes were sent to. */
export interface MainAmi {
  readonly ami: Ami;
  readonly snapshot: EbsSnapshot;
}

/** Sends the disk and registers it: found by name and tags where it is there already. @returns undefined where something failed. */
export async function declareAmi(declaration: AmiDeclaration): Promise<MainAmi | undefined> {
  const { site, world, provider, release, options: { parent } } = declaration;
  const name = amiResource(site, release, site.region);
  try {
    requireBootable(site, release);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    await fail(name, error.message, parent);
    return undefined;
  }
  const snapshot = await declareSnapshot(declaration, `${name}/snapshot`);
  if (!snapshot) return undefined;
  const { Ami } = await import("@pulumi/aws/ec2/ami.js");
  const importId = world.found[adoptedAs(name)];
  const ami = new Ami(name, {
    ...commonArgs(declaration),
    ...registrationArgs(site, release.os),
    ebsBlockDevices: [{ deviceName: rootDevice, snapshotId: snapshot.snapshotId, volumeType: "gp3", deleteOnTermination: true }],
  }, { parent, provider, dependsOn: [snapshot], import: importId, ignoreChanges: notCompared(declaration, importId !== undefined) });
  return (await succeeded(name, ami)) ? { ami, snapshot } : undefined;
}

async function declareSnapshot(declaration: AmiDeclaration, name: string): Promise<EbsSnapshot | undefined> {
  const { site, world, release, options: { parent, dependsOn } } = declaration;
  const { image, version, sha256, bytes, virtualBytes, format } = release;
  const { region, profile, assumeRole, snapshotImport, kmsKeys: { [site.region]: kmsKey } } = site;
  const place = { site: site.name, region, ...(profile !== undefined && { profile }), ...(assumeRole !== undefined && { assumeRole }), ...(snapshotImport && { snapshotImport }), ...(kmsKey !== undefined && { kmsKey }) };
  const snapshot = new EbsSnapshot(name, { ...place, image, version, format: format.name, sha256, bytes, virtualBytes, stack: ownerOf(world), tags: tagsOf(declaration) }, { parent, dependsOn: [...dependsOn] });
  return (await succeeded(name, snapshot)) ? snapshot : undefined;
}
