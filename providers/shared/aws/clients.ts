import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { EBSClient } from "@aws-sdk/client-ebs";
import { EC2Client } from "@aws-sdk/client-ec2";
import type { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { defaultPatience, type AwsAccess, type AwsPatience } from "#providers/shared/aws/access";
import { BlockSender } from "#providers/shared/aws/block-sender";
import { RenewableCredentials } from "#providers/shared/aws/credentials";
import { Pace } from "#providers/shared/aws/pace";
import { RequestHandler } from "#providers/shared/aws/request-handler";
import { patientRetry } from "#providers/shared/aws/retry";
import { reuseBlockDigest } from "#providers/shared/aws/reuse-block-digest";

export type { AwsAccess, AwsPatience } from "#providers/shared/aws/access";

/** Requests that PutSnapshotBlock takes a second for one snapshot. */
export const putsPerSecond = 1_000;
/** More connections than these gain nothing: at a latency of 100 ms they carry the quota. */
export const connections = 112;

/** Clients of one place, made when they are first asked for. Send with `sendAws`, which names what failed. */
export interface AwsClients {
  readonly access: AwsAccess;
  readonly ebs: EBSClient;
  readonly blocks: BlockSender;
  readonly ec2: EC2Client;
  readonly s3: S3Client;
  readonly sts: STSClient;
  /** Loaded when it is asked for: few sites have keys. */
  kms(): Promise<KMSClient>;
  /** The same: few sites have parameters. */
  ssm(): Promise<SSMClient>;
}

const known = new Map<string, AwsClients>();

/**
 * Clients with explicit time-outs and one retry layer; the same for all who ask for the same place. Endpoints and
 * credentials come from where every AWS program takes them: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, profiles, roles, metadata.
 */
export function awsClients({ site, region, profile, assumeRole, thenAssume }: AwsAccess, patience: AwsPatience = defaultPatience): AwsClients {
  const access = { site, region, ...(profile !== undefined && { profile }), ...(assumeRole !== undefined && { assumeRole }), ...(thenAssume !== undefined && { thenAssume }) };
  const name = JSON.stringify([access, patience]);
  const clients = known.get(name) ?? new LazyClients(access, patience);
  known.set(name, clients);
  return clients;
}

/** Clients keep credentials and endpoints: what the environment said of them has changed. */
export function forgetAwsClients(): void {
  known.clear();
}

class LazyClients implements AwsClients {
  readonly access: AwsAccess;
  private readonly patience: AwsPatience;
  private readonly credentials: RenewableCredentials;
  /** Of EBS direct APIs. */
  private readonly pace = new Pace(putsPerSecond);
  private readonly made: { ebs?: EBSClient; blocks?: BlockSender; ec2?: EC2Client; s3?: S3Client; sts?: STSClient; kms?: KMSClient; ssm?: SSMClient } = {};

  constructor(access: AwsAccess, patience: AwsPatience) {
    this.access = access;
    this.patience = patience;
    this.credentials = new RenewableCredentials(access);
  }

  get ebs(): EBSClient {
    return (this.made.ebs ??= reuseBlockDigest(new EBSClient(this.config(this.pace))));
  }
  get blocks(): BlockSender {
    return (this.made.blocks ??= new BlockSender(this.ebs, this.pace));
  }
  get ec2(): EC2Client {
    return (this.made.ec2 ??= new EC2Client(this.config()));
  }
  get s3(): S3Client {
    return (this.made.s3 ??= new S3Client({ ...this.config(), requestChecksumCalculation: "WHEN_REQUIRED" }));
  }
  get sts(): STSClient {
    return (this.made.sts ??= new STSClient(this.config()));
  }

  async kms(): Promise<KMSClient> {
    const { KMSClient } = await import("@aws-sdk/client-kms");
    return (this.made.kms ??= new KMSClient(this.config()));
  }

  async ssm(): Promise<SSMClient> {
    const { SSMClient } = await import("@aws-sdk/client-ssm");
    return (this.made.ssm ??= new SSMClient(this.config()));
  }

  private config(pace?: Pace) {
    const { access, patience, credentials } = this;
    return {
      region: access.region,
      credentials: Object.assign(() => credentials.get(), { memoized: true }),
      maxAttempts: patience.attempts,
      retryStrategy: patientRetry({ patience, credentials, ...(pace && { pace }) }),
      requestHandler: new RequestHandler({
        connectionTimeout: patience.connectMs, requestTimeout: patience.answerMs, throwOnRequestTimeout: true, socketTimeout: patience.answerMs,
        // honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY
        httpAgent: new HttpAgent({ keepAlive: true, maxSockets: connections, proxyEnv: process.env }),
        httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: connections, proxyEnv: process.env }),
      }),
      customUserAgent: "imagefleet",
    };
  }
}
