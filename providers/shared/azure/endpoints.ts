import got, { RequestError } from "got";
import { z } from "zod";
import { AzureError } from "#providers/shared/azure/azure-error";

/** Where an Azure cloud answers. */
export interface AzureEndpoints {
  /** Of Azure Resource Manager, without a slash at its end. */
  readonly resourceManager: string;
  /** Whom tokens for it are made for. */
  readonly audience: string;
  /** Where one logs in; undefined: the public cloud's. */
  readonly authority?: string;
  /** Names of storage accounts end so: `core.windows.net`. */
  readonly storageSuffix: string;
}

const publicCloud: AzureEndpoints = { resourceManager: "https://management.azure.com", audience: "https://management.azure.com", storageSuffix: "core.windows.net" };

/** By the value of ARM_ENVIRONMENT. */
const clouds: Readonly<Record<string, AzureEndpoints>> = {
  public: publicCloud,
  usgovernment: { resourceManager: "https://management.usgovcloudapi.net", audience: "https://management.usgovcloudapi.net", authority: "https://login.microsoftonline.us", storageSuffix: "core.usgovcloudapi.net" },
  china: { resourceManager: "https://management.chinacloudapi.cn", audience: "https://management.chinacloudapi.cn", authority: "https://login.chinacloudapi.cn", storageSuffix: "core.chinacloudapi.cn" },
};

const metadataSchema = z.object({
  resourceManager: z.string(),
  authentication: z.object({ loginEndpoint: z.string().optional(), audiences: z.array(z.string()).default([]) }).optional(),
  suffixes: z.object({ storage: z.string() }),
});

const asked = new Map<string, Promise<AzureEndpoints>>();

/**
 * As the official plugin finds them: ARM_METADATA_HOSTNAME names a host that tells them (a cloud of one's own), else
 * ARM_ENVIRONMENT is public, usgovernment or china.
 * @throws AzureError
 */
export async function azureEndpoints(env: NodeJS.ProcessEnv = process.env): Promise<AzureEndpoints> {
  const host = env["ARM_METADATA_HOSTNAME"];
  if (host) {
    const known = asked.get(host) ?? askHost(host);
    asked.set(host, known);
    known.catch(() => asked.delete(host));
    return known;
  }
  const name = (env["ARM_ENVIRONMENT"] || "public").toLowerCase();
  const cloud = clouds[name];
  if (cloud) return cloud;
  throw new AzureError({ action: "find Azure", cause: `there is no cloud ${name}`, hint: "set ARM_ENVIRONMENT to public, usgovernment or china" });
}

async function askHost(host: string): Promise<AzureEndpoints> {
  const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
  const fail = (cause: string) => new AzureError({ action: "find the endpoints of the cloud", place: url, cause, hint: "check ARM_METADATA_HOSTNAME, and NODE_EXTRA_CA_CERTS where the host's authority is your own" });
  try {
    const body: unknown = await got(url, { timeout: { connect: 10_000, request: 20_000 }, retry: { limit: 2 } }).json();
    const { data } = metadataSchema.safeParse(body);
    if (!data) throw fail("it answers as no Azure does");
    const resourceManager = data.resourceManager.replace(/\/+$/, "");
    return { resourceManager, audience: data.authentication?.audiences[0]?.replace(/\/+$/, "") ?? resourceManager, authority: data.authentication?.loginEndpoint, storageSuffix: data.suffixes.storage };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw fail(error.message);
  }
}
