import * as pulumi from "@pulumi/pulumi";
import { amiDescription } from "#model/ami-description";
import { amiArchitecture, amiName, amiTags, bootMode, deprecationTime, rootDevice, tpmSupport } from "#model/aws-image";
import type { AwsSite } from "#model/config/sites/aws";
import { ownerOf } from "#model/owner";
import type { BuildRecord } from "#model/release";
import type { RegisterOptions, SealedFormat, SiteWorld } from "#components/sites/site";

/** What the resources of a registration are declared from. */
export interface AmiDeclaration {
  readonly site: AwsSite;
  readonly world: SiteWorld;
  readonly provider: pulumi.ProviderResource;
  readonly release: SealedFormat;
  readonly options: RegisterOptions;
}

/** The same on the AMI and on each of its snapshots, in every region. */
export function tagsOf({ site, world, release: { image, version, key, sha256 }, options: { superseded } }: AmiDeclaration): pulumi.Output<Record<string, string>> {
  return pulumi.output(sha256).apply((digest) => amiTags(site, { image, version, key, sha256: digest, stack: ownerOf(world), superseded }));
}

/** What an AMI has in every region, in the words of both official resources. */
export function commonArgs(declaration: AmiDeclaration) {
  const { site, world, release: { image, version, key, sha256 } } = declaration;
  const deprecated = deprecationTime(site, version);
  return {
    name: amiName({ image, version }),
    description: pulumi.output(sha256).apply((digest) => amiDescription({ image, version, key, sha256: digest, stack: ownerOf(world) })),
    tags: tagsOf(declaration),
    ...(deprecated !== undefined && !isPast(deprecated) && { deprecationTime: deprecated }),
  };
}

/** What an AMI is from its registration on. */
export function registrationArgs(site: AwsSite, os: pulumi.Input<BuildRecord["os"]>) {
  return {
    architecture: pulumi.output(os).apply(amiArchitecture),
    bootMode: pulumi.output(os).apply((system) => bootMode(system, site)),
    enaSupport: true,
    imdsSupport: "v2.0",
    rootDeviceName: rootDevice,
    sriovNetSupport: "simple",
    virtualizationType: "hvm",
    ...(site.tpm && { tpmSupport: "v2.0" }),
  };
}

/**
 * Where it is known before the build what the image boots on; else EC2 itself refuses it.
 * @throws FleetError where the image cannot be what the site wants
 */
export function requireBootable(site: AwsSite, { os }: Pick<SealedFormat, "os">): void {
  if (!pulumi.Output.isInstance(os) && !(os instanceof Promise)) tpmSupport(site, os);
}

/** As they are from the registration on: a difference must never make another AMI, behind the backs of those who use this one. */
const registered = ["architecture", "bootMode", "ebsBlockDevices", "enaSupport", "imdsSupport", "rootDeviceName", "sriovNetSupport", "tpmSupport", "virtualizationType"];

/**
 * What is not compared of an AMI.
 * @param imported It was found, and is taken as it is: its check puts right what differs.
 */
export function notCompared({ site, release: { version }, options: { withdrawn } }: AmiDeclaration, imported: boolean): string[] {
  if (imported) return [...registered, "deprecationTime", "description", "tags"];
  return withdrawn || isPast(deprecationTime(site, version)) ? [...registered, "deprecationTime"] : registered;
}

/** EC2 takes no instant of deprecation that has passed: the check sees to those. */
function isPast(instant: string | undefined): boolean {
  return instant !== undefined && Date.parse(instant) <= Date.now();
}
