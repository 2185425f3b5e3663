import type { Image } from "@pulumi/openstack/images/image.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageMember, OpenstackSite } from "#model/config/sites/openstack";
import { succeeded } from "#components/outcome";
import { registrationName } from "#components/sites/site";
import type { ImageDeclaration } from "#components/sites/openstack/declare-image";

/** Gives the provider of a member's own cloud. */
export type ProviderOf = (cloud: string) => Promise<pulumi.ProviderResource>;

/** Projects that images of a site are shared with. */
export function membersOf({ visibility, members }: OpenstackSite): readonly ImageMember[] {
  return visibility === "shared" ? members : [];
}

/**
 * Shares an image with each member, and accepts it for those whose cloud we may log in to.
 * @returns what was declared; undefined where something failed.
 */
export async function shareImage(declaration: ImageDeclaration, image: Image, providerOf: ProviderOf): Promise<pulumi.Resource[] | undefined> {
  const shared = await Promise.all(membersOf(declaration.site).map((member) => shareWith(declaration, image, member, providerOf)));
  return shared.every((one) => one !== undefined) ? shared.flat() : undefined;
}

async function shareWith({ site, world, provider, release, options: { parent } }: ImageDeclaration, image: Image, { project, cloud }: ImageMember, providerOf: ProviderOf): Promise<pulumi.Resource[] | undefined> {
  const registration = registrationName(site.name, release);
  const name = `${registration}/member/${project}`;
  const { ImageAccess } = await import("@pulumi/openstack/images/imageAccess.js");
  // An image that is shared no more has no members whom one could delete: what was left out is removed by the check, while there are any.
  const kept = { parent, retainOnDelete: true };
  const access = new ImageAccess(name, { imageId: image.id, memberId: project }, { ...kept, provider, import: world.found[name] });
  if (!(await succeeded(name, access))) return undefined;
  if (cloud === undefined) return [access];
  const accepted = `${registration}/accept/${project}`;
  const { ImageAccessAccept } = await import("@pulumi/openstack/images/imageAccessAccept.js");
  const accept = new ImageAccessAccept(accepted, { imageId: image.id, memberId: project, status: "accepted" }, { ...kept, provider: await providerOf(cloud), dependsOn: [access] });
  return (await succeeded(accepted, accept)) ? [access, accept] : undefined;
}
