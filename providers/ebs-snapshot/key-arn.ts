import { FleetError } from "#model/errors";
import { placeOf } from "#providers/shared/aws/aws-fault";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws, type SendContext } from "#providers/shared/aws/send-aws";

/** A key as EBS direct APIs want it named, which is by the ARN of a key: what an id or an alias means is asked of KMS. */
export async function keyArnOf(clients: AwsClients, key: string | undefined, context: SendContext): Promise<string | undefined> {
  if (key === undefined || /^arn:.*:key\//.test(key)) return key;
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata } = await sendAws(await clients.kms(), new DescribeKeyCommand({ KeyId: key }), context);
  if (KeyMetadata?.Arn && KeyMetadata.KeyState === "Enabled") return KeyMetadata.Arn;
  throw new FleetError({ action: context.action, place: placeOf(context.access), cause: `the key ${key} is ${KeyMetadata?.KeyState ?? "not known"}`, hint: "enable it, or name another in the site's kmsKeys" });
}
