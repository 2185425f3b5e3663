import { randomUUID } from "node:crypto";
import type { BlobGetPropertiesResponse, PageBlobClient } from "@azure/storage-blob";
import { AzureError } from "#providers/shared/azure/azure-error";
import type { Asked } from "#providers/shared/azure/azure-fault";
import { persist, type BlobPatience } from "#providers/shared/azure/persist";
import { hasCode, isMissing } from "#providers/page-blob/blob-errors";
import { Lease } from "#providers/page-blob/lease";
import { factsIn, metadataOf, type BlobFacts, type BlobOwner } from "#providers/page-blob/metadata";

/** A blob that is ours to write to. */
export interface Claim {
  readonly lease: Lease;
  /** Of this very blob: one that was made again has another. */
  readonly upload: string;
  /** In base64, where all of it has arrived. */
  readonly md5: string | undefined;
  /** As this claim leaves it. */
  readonly etag: string | undefined;
}

export interface Claiming {
  readonly blob: PageBlobClient;
  readonly bytes: number;
  readonly owner: BlobOwner;
  readonly asked: Asked;
  readonly patience: BlobPatience;
  readonly progress: (text: string) => void;
  readonly leaseWaitMs?: number | undefined;
}

/**
 * Finds the blob or makes it, and takes its lease. One of ours that is of something else is deleted first; one of others is
 * refused.
 * @throws AzureError
 */
export async function claimBlob(claiming: Claiming): Promise<Claim> {
  const { blob, asked, patience, progress } = claiming;
  for (;;) {
    const upload = await create(claiming); // before a look: most are new, and each question takes its time
    if (upload !== undefined) return { lease: await Lease.take(blob, asked, patience, progress, claiming.leaseWaitMs), upload, md5: undefined, etag: undefined };
    const there = await look(claiming);
    if (!there) continue; // gone meanwhile
    const facts = requireOurs(claiming, there);
    const lease = await Lease.take(blob, asked, patience, progress, claiming.leaseWaitMs);
    try {
      if (facts.upload !== undefined && isSame(claiming, facts, there)) {
        const conditions = { leaseId: lease.id };
        const { etag } = await persist(asked, (abortSignal) => blob.setMetadata(metadataOf(claiming.owner, facts.upload!), { abortSignal, conditions }), patience);
        const md5 = there.contentMD5 && Buffer.from(there.contentMD5).toString("base64");
        return { lease, upload: facts.upload, md5, etag };
      }
      progress(`${blob.name} is of something else; it is deleted`);
      await persist(asked, (abortSignal) => blob.deleteIfExists({ abortSignal, conditions: { leaseId: lease.id } }), patience);
    } catch (error) {
      await lease.release();
      throw error;
    }
    await lease.release();
  }
}

async function look({ blob, asked, patience }: Claiming): Promise<BlobGetPropertiesResponse | undefined> {
  return persist(asked, (abortSignal) => blob.getProperties({ abortSignal }).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  }), patience);
}

/** @returns undefined where there is one: whose it is, and with which id, is what the service says. */
async function create({ blob, bytes, owner, asked, patience }: Claiming): Promise<string | undefined> {
  const upload = randomUUID();
  return persist(asked, (abortSignal) => blob.create(bytes, { abortSignal, metadata: metadataOf(owner, upload), conditions: { ifNoneMatch: "*" } }).then(() => upload, (error: unknown) => {
    if (!hasCode(error, "BlobAlreadyExists", "ConditionNotMet", "UnauthorizedBlobOverwrite", "LeaseIdMissing", "InvalidBlobType")) throw error;
    return undefined;
  }), patience);
}

function requireOurs({ blob, owner, asked }: Claiming, there: BlobGetPropertiesResponse): BlobFacts {
  const facts = factsIn(there.metadata);
  if (facts.stack === owner.stack) return facts;
  const whose = facts.stack === undefined ? "imagefleet did not make it" : `it belongs to the stack ${facts.stack}`;
  throw new AzureError({ ...asked, cause: `the name ${blob.name} is taken by a blob that is not ours: ${whose}`, hint: `look at it, then delete it if nobody needs it: az storage blob delete --auth-mode login --blob-url ${blob.url}` }, { status: 409 });
}

/** Digests may be the beginnings of them, on either side. */
function isSame({ owner, bytes }: Claiming, { key = "", sha256 = "" }: BlobFacts, { contentLength, blobType }: BlobGetPropertiesResponse): boolean {
  const alike = (one: string, other: string): boolean => one.length > 0 && (one.startsWith(other) || other.startsWith(one));
  return blobType === "PageBlob" && contentLength === bytes && alike(key, owner.key) && alike(sha256, owner.sha256);
}
