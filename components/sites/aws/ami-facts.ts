import * as pulumi from "@pulumi/pulumi";
import { amiDescription } from "#model/ami-description";
import { amiArchitecture, amiName, amiTags, bootMode, deprecationTime, rootDevice, tpmSupport } from "#model/aws-image";
import type { AwsSite } from "#model/config/sites/aws";
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

/** `<project>/<stack>` */
export function ownerOf({ project, stack }: Pick<SiteWorld, "project" | "stack">): string {
  return `${project}/${stack}`;
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
    // EC2 takes no instant that has passed: the check sees to those
    ...(deprecated !== undefined && Date.parse(deprecated) > Date.now() && { deprecationTime: deprecated }),
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

/**
 * Every one of these is as it is from the registration on, or is kept right by the check: a difference must never make another
 * AMI, and an AMI that was found is taken as it is.
 */
export const notCompared = [
  "architecture", "bootMode", "deprecationTime", "description", "ebsBlockDevices", "enaSupport", "imdsSupport", "rootDeviceName", "sriovNetSupport", "tags", "tpmSupport",
  "virtualizationType",
];
