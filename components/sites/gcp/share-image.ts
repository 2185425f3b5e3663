import { createHash } from "node:crypto";
import type { Image } from "@pulumi/gcp/compute/image.js";
import type * as pulumi from "@pulumi/pulumi";
import { succeeded } from "#components/outcome";
import { registrationName } from "#components/sites/site";
import type { ImageDeclaration } from "#components/sites/gcp/declare-image";

/** To make machines of it, and no more. */
const role = "roles/compute.imageUser";

/** Lets each member use the image. @returns what was declared; undefined where something failed. */
export async function shareImage({ site, provider, release, options: { parent } }: ImageDeclaration, image: Image): Promise<pulumi.Resource[] | undefined> {
  const shared = await Promise.all(site.members.map(async (member) => {
    const name = `${registrationName(site.name, release)}/member/${memberDigest(member)}`;
    const { ImageIamMember } = await import("@pulumi/gcp/compute/imageIamMember.js");
    const access = new ImageIamMember(name, { project: site.project, image: image.name, role, member }, { parent, provider });
    return (await succeeded(name, access)) ? access : undefined;
  }));
  const all = shared.filter((access) => access !== undefined);
  return all.length === shared.length ? all : undefined;
}

/** Members have characters that names of resources should not. */
function memberDigest(member: string): string {
  return createHash("sha256").update(member).digest("hex").slice(0, 8);
}
