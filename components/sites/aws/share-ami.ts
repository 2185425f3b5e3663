import type * as pulumi from "@pulumi/pulumi";
import { sharesOf } from "#model/aws-image";
import { amiResource } from "#model/aws-names";
import { succeeded } from "#components/outcome";
import type { AmiDeclaration } from "#components/sites/aws/ami-facts";

/** Lets everyone whom the site names launch an AMI of one region. @returns whether all of it succeeded. */
export async function shareAmi({ site, provider, release, options: { parent } }: AmiDeclaration, region: string, imageId: pulumi.Input<string>): Promise<boolean> {
  const { AmiLaunchPermission } = await import("@pulumi/aws/ec2/amiLaunchPermission.js");
  const done = await Promise.all(sharesOf(site).map(({ name: to, ...who }) => {
    const name = `${amiResource(site, release, region)}/launch/${to}`;
    // to allow what is allowed already is no error, so none is imported
    return succeeded(name, new AmiLaunchPermission(name, { imageId, region, ...who }, { parent, provider }));
  }));
  return done.every(Boolean);
}
