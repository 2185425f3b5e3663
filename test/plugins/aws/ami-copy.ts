import { CopyImageCommand } from "@aws-sdk/client-ec2";
import type { Kind } from "../shared/kind.ts";
import { isUnknown } from "../shared/wire.ts";
import { failed, type AwsClient } from "./client.ts";
import { common, settle } from "./image.ts";

/**
 * aws.ec2.AmiCopy. Tags are those of the AMI alone: its snapshots get none. An import finds neither where it was copied from nor that
 * its snapshots are to be deleted with it.
 */
export const amiCopy: Kind<AwsClient> = {
  ...common,
  token: "aws:ec2/amiCopy:AmiCopy",
  autoName: "name",
  replace: ["encrypted", "ephemeralBlockDevices", "kmsKeyId", "name", "region", "sourceAmiId", "sourceAmiRegion"],
  watched: ["deprecationTime", "description", "tags"],
  computed: ["ebsBlockDevices", "ephemeralBlockDevices", "kmsKeyId"],
  check: ({ kmsKeyId }) => (typeof kmsKeyId === "string" && !isUnknown(kmsKeyId) && !kmsKeyId.startsWith("arn:") ? [{ property: "kmsKeyId", reason: `(${kmsKeyId}) is an invalid ARN: arn: invalid prefix` }] : []),
  async create(inputs, context) {
    const { name, description, encrypted, kmsKeyId, sourceAmiId, sourceAmiRegion, region } = inputs as Record<string, string>;
    const request = new CopyImageCommand({ Name: name, Description: description, Encrypted: Boolean(encrypted), KmsKeyId: kmsKeyId, SourceImageId: sourceAmiId, SourceRegion: sourceAmiRegion });
    const { ImageId } = await context.client.ec2(region).send(request).catch((error: unknown) => { throw failed(`creating EC2 AMI (${name}) from source EC2 AMI (${sourceAmiId})`, "CopyImage", error); });
    return settle(ImageId!, inputs, true, context);
  },
};
