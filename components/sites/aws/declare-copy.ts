import type { Ami } from "@pulumi/aws/ec2/ami.js";
import * as pulumi from "@pulumi/pulumi";
import { adoptedAs, adoptedBefore, amiResource } from "#model/aws-names";
import { succeeded } from "#components/outcome";
import { commonArgs, notCompared, type AmiDeclaration } from "#components/sites/aws/ami-facts";

/** A copy of an AMI in another region. */
export interface CopiedAmi {
  readonly id: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
  /** It was found: the resource that declares it knows nothing of its snapshots. */
  readonly adopted: boolean;
}

/** Longest time from the request to an AMI that is available: a large one, far away. */
const copyTime = "3h";

/** Which AMI it was copied from is of no account later: that one may be registered anew, and the copy stays. */
const ofTheCopying = ["sourceAmiId", "sourceAmiRegion", "encrypted", "kmsKeyId"];

/**
 * Declares the copy of an AMI in a region. One that is there already and not in the state is imported as an AMI, since the resource
 * that makes copies cannot import any.
 * @returns undefined where it failed.
 */
export async function declareCopy(declaration: AmiDeclaration, region: string, source: Ami, after: pulumi.Resource): Promise<CopiedAmi | undefined> {
  const { site, world: { found }, provider, release, options: { parent } } = declaration;
  const name = amiResource(site, release, region);
  const importId = found[adoptedAs(name)];
  const adopted = isAdopted(found, name);
  const args = { ...commonArgs(declaration), region };
  const options = { parent, provider, dependsOn: [after], ignoreChanges: [...notCompared(declaration, importId !== undefined), ...ofTheCopying], customTimeouts: { create: copyTime } };
  if (adopted) {
    const { Ami } = await import("@pulumi/aws/ec2/ami.js");
    const ami = new Ami(name, args, { ...options, import: importId });
    return (await succeeded(name, ami)) ? { id: ami.id, resource: ami, adopted } : undefined;
  }
  const { AmiCopy } = await import("@pulumi/aws/ec2/amiCopy.js");
  const key = site.kmsKeys[region];
  const copy = new AmiCopy(name, { ...args, sourceAmiId: source.id, sourceAmiRegion: site.region, ...(key !== undefined && { encrypted: true, kmsKeyId: keyArn(key, region, source) }) }, options);
  return (await succeeded(name, copy)) ? { id: copy.id, resource: copy, adopted } : undefined;
}

/** Whether a copy was found, in this run or a former one, and is declared as an AMI. */
export function isAdopted(found: AmiDeclaration["world"]["found"], name: string): boolean {
  return found[adoptedAs(name)] !== undefined || found[adoptedBefore(name)] !== undefined;
}

/** The official resource takes nothing but whole ARNs: the account is that of the AMI. */
function keyArn(key: string, region: string, { arn, ownerId }: Ami): pulumi.Input<string> {
  if (key.startsWith("arn:")) return key;
  return pulumi.all([arn, ownerId]).apply(([of, account]) => `arn:${of.split(":")[1] ?? "aws"}:kms:${region}:${account}:${key.startsWith("alias/") ? "" : "key/"}${key}`);
}
