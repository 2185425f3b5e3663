import type { PageBlobClient } from "@azure/storage-blob";
import { blobName } from "#model/azure-image";
import { listedUnder } from "#model/azure-ids";
import { tagNames } from "#model/tags";
import { Arm } from "#providers/shared/azure/arm";
import type { Asked } from "#providers/shared/azure/azure-fault";
import { stagingContainer } from "#providers/shared/azure/blob-service";
import { listedImages } from "#providers/shared/azure/listing";
import { defaultBlobPatience, persist } from "#providers/shared/azure/persist";
import type { RegisteredImage } from "#providers/shared/azure/registered-image";
import { hasCode, isMissing } from "#providers/page-blob/blob-errors";
import { namesIn, placeIn, type PageBlobInputs } from "#providers/page-blob/inputs";
import { factsIn } from "#providers/page-blob/metadata";

const containers = "Microsoft.Storage/storageAccounts/blobServices/containers";

export async function blobOf(arm: Arm, { of, where }: Pick<PageBlobInputs, "of" | "where">): Promise<PageBlobClient> {
  return (await stagingContainer(arm, placeIn(where))).getPageBlobClient(blobName(namesIn(of)));
}

/** For messages. */
export function askedOf(action: string, { where }: Pick<PageBlobInputs, "where">, verb: "read" | "write" | "delete"): Asked {
  const { storageAccount, container } = placeIn(where);
  return { action, place: `container ${container} of the storage account ${storageAccount}`, permission: `${containers}/blobs/${verb}` };
}

/** True for what was made of these very bytes by this stack. */
export function isMadeOf({ tags }: RegisteredImage, { key, sha256, stack }: Pick<PageBlobInputs, "key" | "sha256" | "stack">): boolean {
  return tags[tagNames.stack] === stack && (tags[tagNames.key] ?? "").startsWith(key) && (tags[tagNames.sha256] ?? "").startsWith(sha256);
}

/** Neither is the image there, nor the disk that it would be made of: it must be sent (again). @throws AzureError */
export async function isNeeded(inputs: PageBlobInputs): Promise<boolean> {
  const arm = new Arm({ retries: 1 });
  if ((await listedImages(arm, listedUnder(inputs.target))).has(inputs.target.toLowerCase())) return false;
  const blob = await blobOf(arm, inputs);
  return !(await persist(askedOf(`look for the blob ${blob.name}`, inputs, "read"), (abortSignal) => blob.exists({ abortSignal }), { ...defaultBlobPatience, attemptMs: 20_000, retries: 1 }));
}

/** Deletes the blob where it is there and ours. @returns whether it was. @throws AzureError */
export async function removeBlob(inputs: Pick<PageBlobInputs, "of" | "where" | "stack">): Promise<boolean> {
  const blob = await blobOf(new Arm(), inputs);
  const asked = askedOf(`delete the blob ${blob.name}`, inputs, "delete");
  return persist(asked, async (abortSignal) => {
    const there = await blob.getProperties({ abortSignal }).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (!there || factsIn(there.metadata).stack !== inputs.stack) return false;
    // The stack is locked, so whoever took a lease for it is dead.
    if (there.leaseState === "leased") await blob.getBlobLeaseClient().breakLease(0, { abortSignal }).catch((error: unknown) => {
      if (!hasCode(error, "LeaseNotPresentWithLeaseOperation", "LeaseAlreadyBroken")) throw error;
    });
    await blob.deleteIfExists({ abortSignal, conditions: { ...(there.etag !== undefined && there.leaseState !== "leased" && { ifMatch: there.etag }) } });
    return true;
  }, defaultBlobPatience);
}
