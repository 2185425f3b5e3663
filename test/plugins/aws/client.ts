import { setTimeout as sleep } from "node:timers/promises";
import { EC2Client } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { Properties } from "../shared/wire.ts";

/** What of the provider's configuration is obeyed; the rest may be given and does nothing. */
interface Config {
  readonly region?: string;
  readonly profile?: string;
  readonly assumeRoles?: readonly { readonly roleArn: string; readonly sessionName?: string; readonly externalId?: string }[];
  readonly allowedAccountIds?: readonly string[];
  readonly forbiddenAccountIds?: readonly string[];
  /** Tags that resources neither see nor remove. */
  readonly ignoreTags?: { readonly keys?: readonly string[]; readonly keyPrefixes?: readonly string[] };
  readonly skipCredentialsValidation?: boolean;
  readonly skipRequestingAccountId?: boolean;
}

type Credentials = ReturnType<typeof fromNodeProviderChain>;

/** Clients of EC2, one a region. Endpoints are AWS_ENDPOINT_URL and its like, which the SDK reads as the official plugin does. */
export class AwsClient {
  readonly region: string;
  readonly account: string;
  readonly credentials: Credentials;
  readonly #ignored: NonNullable<Config["ignoreTags"]>;
  readonly #clients = new Map<string, EC2Client>();

  private constructor(region: string, account: string, credentials: Credentials, ignored: Config["ignoreTags"] = {}) {
    this.#ignored = ignored;
    this.region = region;
    this.account = account;
    this.credentials = credentials;
  }

  /** As the official plugin it asks who it is before it does anything. */
  static async configure(given: Properties): Promise<AwsClient> {
    const config = given as Config;
    const region = config.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
    if (!region) throw new Error("Missing region configuration: set it with `pulumi config set aws:region us-west-2`, or AWS_REGION");
    const credentials = credentialsOf(config, region);
    const account = config.skipCredentialsValidation && config.skipRequestingAccountId ? "" : await accountOf(region, credentials);
    if (config.allowedAccountIds && !config.allowedAccountIds.includes(account)) throw new Error(`AWS account ID not allowed: ${account}`);
    if (config.forbiddenAccountIds?.includes(account)) throw new Error(`AWS account ID not allowed: ${account}`);
    return new AwsClient(region, account, credentials, config.ignoreTags);
  }

  /** Of a resource's tags, those that the provider does not ignore. */
  seen(tags: Readonly<Record<string, string>>): Record<string, string> {
    const { keys = [], keyPrefixes = [] } = this.#ignored;
    return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key) && !keyPrefixes.some((prefix) => key.startsWith(prefix))));
  }

  ec2(region: unknown): EC2Client {
    const name = typeof region === "string" && region ? region : this.region;
    const known = this.#clients.get(name) ?? new EC2Client({ region: name, credentials: this.credentials, maxAttempts: 10 });
    this.#clients.set(name, known);
    return known;
  }
}

function credentialsOf({ profile, assumeRoles = [] }: Config, region: string): Credentials {
  const chain: Credentials = fromNodeProviderChain({ ...(profile && { profile }), clientConfig: { region } });
  return assumeRoles.reduce((masterCredentials, { roleArn, sessionName = "pulumi", externalId }) => fromTemporaryCredentials({ masterCredentials, clientConfig: { region }, params: { RoleArn: roleArn, RoleSessionName: sessionName, ...(externalId && { ExternalId: externalId }) } }), chain);
}

async function accountOf(region: string, credentials: Credentials): Promise<string> {
  const sts = new STSClient({ region, credentials, maxAttempts: 3 });
  try {
    return (await sts.send(new GetCallerIdentityCommand({}))).Account ?? "";
  } catch (error) {
    throw new Error(`unable to validate AWS credentials.\nDetails: ${(error as Error).message}\nMake sure you have set your AWS region, e.g. \`pulumi config set aws:region us-west-2\`.`);
  } finally {
    sts.destroy();
  }
}

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** An error in the words of the official plugin, which names the operation. */
export function failed(what: string, operation: string, error: unknown): Error {
  const { name, message, $metadata } = error as ServiceError;
  return new Error(`${what}: operation error EC2: ${operation}, https response error StatusCode: ${$metadata?.httpStatusCode ?? 0}, api error ${name}: ${message}`);
}

export function isGone(error: unknown): boolean {
  return /^Invalid(AMIID|Snapshot(ID)?)\.(NotFound|Unavailable)$/.test((error as Error).name);
}

/** Asks until there is an answer, for so long. */
export async function poll<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: timeout while waiting for state to become 'available'`);
    await sleep(pollMs);
  }
}

const pollMs = 100;
