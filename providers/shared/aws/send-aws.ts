import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsAccess } from "#providers/shared/aws/access";
import { awsFault } from "#providers/shared/aws/aws-fault";

/** Any of the SDK's clients. */
interface Sender {
  readonly config: { readonly serviceId: string };
  send(...args: never[]): unknown;
}

/** Any of its commands; what it answers is told by its type. */
interface Sendable<Output> {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: Output }>;
}

export interface SendContext {
  readonly access: AwsAccess;
  /** What is being done, to what: `send debian-12@2026.1101.2 to aws-main`. */
  readonly action: string;
  readonly signal?: AbortSignal;
}

/** What came of a request that was sent without the client. */
export type Attempt = Awaited<ReturnType<NodeHttpHandler["handle"]>> | { readonly error: unknown };

/**
 * One request and its answer: tried again by the client, here no more.
 * @param attempt Counts as the first one.
 * @throws AwsError that names the permission, the site, the region and the next step.
 */
export async function sendAws<Output>(client: Sender, command: Sendable<Output>, { access, action, signal }: SendContext, attempt?: Attempt): Promise<Output> {
  const send = client.send.bind(client) as (command: Sendable<Output>, options: { abortSignal?: AbortSignal; attempt?: Attempt }) => Promise<Output>;
  try {
    return await send(command, { ...(signal && { abortSignal: signal }), ...(attempt && { attempt }) });
  } catch (error) {
    throw awsFault(error, { action, api: permissionOf(client, command), access });
  }
}

/** Requests whose permission has another name. */
const otherwise: Readonly<Record<string, string>> = {
  "s3:HeadObject": "s3:GetObject", "s3:CreateMultipartUpload": "s3:PutObject", "s3:UploadPart": "s3:PutObject", "s3:CompleteMultipartUpload": "s3:PutObject",
  "s3:ListParts": "s3:ListMultipartUploadParts", "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads", "s3:ListObjectsV2": "s3:ListBucket",
};

/** `ebs:PutSnapshotBlock` */
function permissionOf({ config }: Sender, command: object): string {
  const name = `${config.serviceId.toLowerCase()}:${command.constructor.name.replace(/Command$/, "")}`;
  return otherwise[name] ?? name;
}
