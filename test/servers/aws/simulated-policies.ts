import { randomUUID } from "node:crypto";
import type { Reply } from "./reply.ts";
import { part, text, texts, type AwsRequest } from "./request.ts";

/** iam:SimulatePrincipalPolicy: moto has none, and says of its own user that it is one of STS. @param isDenied By the name of an action, without its service. */
export function simulatedPolicies({ params }: AwsRequest, isDenied: (action: string) => boolean): Reply {
  const members = (name: string): string[] => texts(part(params[name])["member"]);
  if (!/^arn:aws:(iam|sts)::\d{12}:(user|role)\//.test(text(params["PolicySourceArn"]) ?? "")) throw new Error(`${text(params["PolicySourceArn"]) ?? ""} is no principal`);
  const results = members("ActionNames").map((action) => {
    const decision = isDenied(action.replace(/^\w+:/, "")) ? "implicitDeny" : "allowed";
    return `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision><EvalResourceName>${members("ResourceArns")[0] ?? "*"}</EvalResourceName><MissingContextValues/></member>`;
  });
  const body = `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${results.join("")}</EvaluationResults></SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(body) };
}
