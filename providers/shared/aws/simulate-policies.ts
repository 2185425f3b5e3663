import { IAMClient, SimulatePrincipalPolicyCommand, type ContextEntry } from "@aws-sdk/client-iam";
import type { AwsClients } from "#providers/shared/aws/clients";
import { impatient } from "#providers/shared/aws/probe";

/** What IAM says of an action; `unknown` where a policy asks for more than it was told. */
export type Decision = "allowed" | "explicitDeny" | "implicitDeny" | "unknown";

/**
 * Asks IAM what policies of a principal allow.
 * @param caller ARN as STS tells it.
 * @returns by action; empty where the simulation itself is denied, or fails.
 */
export async function simulatePolicies({ access, sts }: AwsClients, caller: string, actions: readonly string[], resources: readonly string[], context: readonly ContextEntry[] = []): Promise<ReadonlyMap<string, Decision>> {
  const iam = new IAMClient({ region: access.region, credentials: sts.config.credentials, maxAttempts: impatient.attempts });
  try {
    const { EvaluationResults = [] } = await iam.send(new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principalOf(caller), ActionNames: [...actions], ResourceArns: [...resources], ContextEntries: [...context],
    }), { abortSignal: AbortSignal.timeout(impatient.answerMs) });
    return new Map(EvaluationResults.map(({ EvalActionName = "", EvalDecision, MissingContextValues = [] }) => [EvalActionName, MissingContextValues.length > 0 ? "unknown" : (EvalDecision ?? "unknown")]));
  } catch {
    return new Map();
  } finally {
    iam.destroy();
  }
}

/** A session is no principal that has policies: its role is. */
function principalOf(arn: string): string {
  return arn.replace(/^(arn:[^:]*):sts:([^:]*):([^:]*):assumed-role\/([^/]+)\/.*$/, "$1:iam:$2:$3:role/$4");
}
