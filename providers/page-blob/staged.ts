import type { BlobGetPropertiesResponse, PageBlobClient } from "@azure/storage-blob";
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
import { namesIn, placeIn, type PageBlobInputs, type PageBlobOutputs } from "#providers/page-blob/inputs";
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

/**
 * `correct` where the image is there, or the disk that it is to be made of, as it was sent; `needed` where neither is: it must be
 * sent (again).
 * @throws AzureError
 */
export async function stateOf(props: PageBlobOutputs): Promise<string> {
  const arm = new Arm({ retries: 1 });
  if ((await listedImages(arm, listedUnder(props.target))).has(props.target.toLowerCase())) return "correct";
  const blob = await blobOf(arm, props);
  const there = await persist(askedOf(`look for the blob ${blob.name}`, props, "read"), (abortSignal) => lookAt(blob, abortSignal), { ...defaultBlobPatience, attemptMs: 20_000, retries: 1 });
  if (!there) return "needed";
  return props.etag === undefined || props.etag === there.etag ? "correct" : `incorrect: somebody else wrote to the blob ${blob.name}`;
}

/** @returns undefined where there is none. */
async function lookAt(blob: PageBlobClient, abortSignal: AbortSignal): Promise<BlobGetPropertiesResponse | undefined> {
  return blob.getProperties({ abortSignal }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** Deletes the blob where it is there and ours. @returns whether it was. @throws AzureError */
export async function removeBlob(inputs: Pick<PageBlobInputs, "of" | "where" | "stack">): Promise<boolean> {
  const blob = await blobOf(new Arm(), inputs);
  const asked = askedOf(`delete the blob ${blob.name}`, inputs, "delete");
  return persist(asked, async (abortSignal) => {
    const there = await lookAt(blob, abortSignal);
    if (!there || factsIn(there.metadata).stack !== inputs.stack) return false;
    // The stack is locked, so whoever took a lease for it is dead.
    if (there.leaseState === "leased") await blob.getBlobLeaseClient().breakLease(0, { abortSignal }).catch((error: unknown) => {
      if (!hasCode(error, "LeaseNotPresentWithLeaseOperation", "LeaseAlreadyBroken")) throw error;
    });
    await blob.deleteIfExists({ abortSignal, conditions: { ...(there.etag !== undefined && there.leaseState !== "leased" && { ifMatch: there.etag }) } });
    return true;
  }, defaultBlobPatience);
}
