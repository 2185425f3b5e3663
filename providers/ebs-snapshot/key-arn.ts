import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { FleetError } from "#model/errors";
import { placeOf } from "#providers/shared/aws/aws-fault";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

/** A key as EBS direct APIs want it named, which is by the ARN of a key: an id belongs to the account in use. */
export async function keyArnOf({ sts, access }: AwsClients, key: string | undefined, context: SendContext): Promise<string | undefined> {
  if (key === undefined || /^arn:.*:key\//.test(key)) return key;
  if (key.includes("alias/")) throw aliasRefused(key, context);
  const { Arn = "", Account = "" } = await sendAws(sts, new GetCallerIdentityCommand({}), context);
  return `arn:${Arn.split(":")[1] || "aws"}:kms:${access.region}:${Account}:key/${key}`;
}

function aliasRefused(key: string, { action, access }: SendContext): FleetError {
  const command = `aws kms describe-key --region ${access.region} --key-id ${key} --query KeyMetadata.Arn`;
  return new FleetError({ action, place: placeOf(access), cause: `EBS direct APIs take no alias of a key: ${key}`, hint: `name the key in the site's kmsKeys: ${command}` });
}
