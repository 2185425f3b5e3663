import { AwsError } from "#providers/shared/aws/aws-fault";
import type { AwsClients } from "#providers/shared/aws/clients";
import { sendAws } from "#providers/shared/aws/send-aws";
import { simulatePolicies } from "#providers/shared/aws/simulate-policies";

/** What EBS and EC2 do with a key in the name of the one who sends or copies. */
const used = ["CreateGrant", "Decrypt", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"].map((name) => `kms:${name}`);

/**
 * What the site's credentials may not do with a key: `kms:CreateGrant`. A key has a policy of its own, which IAM's simulation does not know,
 * so that what it does not find allowed counts only where KMS itself, asked for a data key, denies that as well.
 */
export async function deniedKeys(clients: AwsClients, key: string, caller: string): Promise<string[]> {
  const { access } = clients;
  const { DescribeKeyCommand, GenerateDataKeyWithoutPlaintextCommand } = await import("@aws-sdk/client-kms");
  const kms = await clients.kms();
  const context = { access, action: `ask what ${access.site} may do with the key ${key}` };
  let arn = key.startsWith("arn:") ? key : undefined;
  const [described, dataKey] = await Promise.all([
    isDenied(sendAws(kms, new DescribeKeyCommand({ KeyId: key }), context).then(({ KeyMetadata }) => (arn = KeyMetadata?.Arn ?? arn))),
    isDenied(sendAws(kms, new GenerateDataKeyWithoutPlaintextCommand({ KeyId: key, KeySpec: "AES_256", DryRun: true }), context)),
  ]);
  const entry = (ContextKeyName: string, value: string, ContextKeyType: "string" | "boolean") => ({ ContextKeyName, ContextKeyValues: [value], ContextKeyType });
  const decisions = await simulatePolicies(clients, caller, used, [arn ?? "*"], [entry("kms:ViaService", `ec2.${access.region}.amazonaws.com`, "string"), entry("kms:GrantIsForAWSResource", "true", "boolean")]);
  const denied = used.filter((action) => decisions.get(action) === "explicitDeny" || (decisions.get(action) === "implicitDeny" && dataKey));
  return [...(described ? ["kms:DescribeKey"] : []), ...denied];
}

async function isDenied(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return false;
  } catch (error) {
    return error instanceof AwsError && error.denied;
  }
}
