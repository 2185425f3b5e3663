import type { TokenCredential } from "@azure/identity";
import type { ContainerClient } from "@azure/storage-blob";
import { z } from "zod";
import type { AzureSite } from "#model/config/sites/azure";
import { storageAccountId } from "#model/azure-ids";
import { AzureError } from "#providers/shared/azure/azure-error";
import type { Arm } from "#providers/shared/azure/arm";
import { azureLogin } from "#providers/shared/azure/credential";
import { azureEndpoints } from "#providers/shared/azure/endpoints";

export type StagingPlace = Pick<AzureSite, "subscription" | "resourceGroup" | "storageAccount" | "container">;

const accountSchema = z.object({ properties: z.object({ primaryEndpoints: z.object({ blob: z.string() }) }) });

/** The client would keep a token that a service has refused: it asks each time, and the login has the token at hand. */
const uncached: TokenCredential = { getToken: async (scopes) => ({ ...(await azureLogin.getToken(scopes)), expiresOnTimestamp: Date.now() }) };

const known = new Map<string, Promise<string>>();

/**
 * The container that takes disks on their way, by the login of this process: no account keys. Its client does not repeat
 * requests; who uses it does (see `persist`).
 */
export async function stagingContainer(arm: Arm, place: StagingPlace): Promise<ContainerClient> {
  const { ContainerClient } = await import("@azure/storage-blob");
  const endpoint = await blobEndpoint(arm, place);
  return new ContainerClient(`${endpoint}/${place.container}`, uncached, { retryOptions: { maxTries: 1 }, keepAliveOptions: { enable: true }, userAgentOptions: { userAgentPrefix: "imagefleet" } });
}

/** Accounts may have a zone of their own in their names, so Azure is asked. */
function blobEndpoint(arm: Arm, place: StagingPlace): Promise<string> {
  const id = storageAccountId(place);
  const endpoint = known.get(id) ?? askEndpoint(arm, id, place);
  known.set(id, endpoint);
  endpoint.catch(() => known.delete(id));
  return endpoint;
}

async function askEndpoint(arm: Arm, id: string, { storageAccount, resourceGroup }: StagingPlace): Promise<string> {
  const action = `read the storage account ${storageAccount}`;
  try {
    const body = await arm.request({ id, apiVersion: "2023-05-01", action, permission: "Microsoft.Storage/storageAccounts/read" });
    const { data } = accountSchema.safeParse(body);
    if (data) return data.properties.primaryEndpoints.blob.replace(/\/+$/, "");
    throw new AzureError({ action, place: `resource group ${resourceGroup}`, cause: "there is no such account that has blobs", hint: `az storage account create --resource-group ${resourceGroup} --name ${storageAccount} --allow-blob-public-access false` }, { status: 404 });
  } catch (error) {
    if (!(error instanceof AzureError) || error.status !== 403) throw error;
    return `https://${storageAccount}.blob.${(await azureEndpoints()).storageSuffix}`;
  }
}
