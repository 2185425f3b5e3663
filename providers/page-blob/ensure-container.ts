import { AzureError } from "#providers/shared/azure/azure-error";
import type { Arm } from "#providers/shared/azure/arm";
import { stagingContainer, type StagingPlace } from "#providers/shared/azure/blob-service";
import { defaultBlobPatience, persist } from "#providers/shared/azure/persist";
import { hasCode, isMissing } from "#providers/page-blob/blob-errors";

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers";

/** Makes the container where there is none, for nobody but those with a role; one that anybody may read is refused. @throws AzureError */
export async function ensureContainer(arm: Arm, place: StagingPlace): Promise<void> {
  const container = await stagingContainer(arm, place);
  const asked = { action: `use the container ${place.container}`, place: `storage account ${place.storageAccount}` };
  const access = await persist({ ...asked, permission: `${blobs}/read` }, async (abortSignal) => {
    try {
      return (await container.getProperties({ abortSignal })).blobPublicAccess;
    } catch (error) {
      if (!isMissing(error)) throw error;
      await container.create({ abortSignal }).catch((refused: unknown) => {
        if (!hasCode(refused, "ContainerAlreadyExists")) throw refused;
      });
      return undefined;
    }
  }, defaultBlobPatience);
  if (access === undefined) return;
  throw new AzureError({ ...asked, cause: `anybody may read what is in it (public access: ${access})`, hint: `az storage container set-permission --auth-mode login --account-name ${place.storageAccount} --name ${place.container} --public-access off, or name another container in imagefleet:sites` }, { status: 409 });
}
