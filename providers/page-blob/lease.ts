import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { PageBlobClient } from "@azure/storage-blob";
import { liveness } from "#store/process-identity";
import { AzureError } from "#providers/shared/azure/azure-error";
import { persist, type BlobPatience } from "#providers/shared/azure/persist";
import type { Asked } from "#providers/shared/azure/azure-fault";
import { hasCode } from "#providers/page-blob/blob-errors";
import { factsIn } from "#providers/page-blob/metadata";

/** Seconds that it lasts where nobody renews it: the longest that Azure grants. */
const seconds = 60;
const renewEveryMs = 15_000;
/** Azure lets a lease end within seconds; whose still lasts after that is renewed by somebody. */
const graceMs = 20_000;

/** The word that nobody else writes to a blob, renewed until it is released. */
export class Lease {
  readonly id: string;
  /** Aborted when it was lost: then somebody else may write. */
  readonly lost: AbortSignal;
  private readonly client: ReturnType<PageBlobClient["getBlobLeaseClient"]>;
  private readonly timer: NodeJS.Timeout;
  private constructor(client: ReturnType<PageBlobClient["getBlobLeaseClient"]>, asked: Asked, patience: BlobPatience) {
    this.client = client;
    this.id = client.leaseId;
    const controller = new AbortController();
    this.lost = controller.signal;
    const renewal = { ...patience, attemptMs: Math.min(patience.attemptMs, renewEveryMs), retries: 2 };
    this.timer = setInterval(() => {
      persist({ ...asked, action: `${asked.action}: keep the lease` }, (abortSignal) => client.renewLease({ abortSignal }), renewal).catch((error: unknown) => controller.abort(error));
    }, renewEveryMs);
    this.timer.unref();
  }

  /**
   * Takes the lease. One of a writer that is proven dead is broken; of any other it is waited for, as long as one lasts that is
   * not renewed.
   * @throws AzureError where somebody else writes.
   */
  static async take(blob: PageBlobClient, asked: Asked, patience: BlobPatience, progress: (text: string) => void, waitMs = seconds * 1000 + graceMs): Promise<Lease> {
    const client = blob.getBlobLeaseClient(randomUUID());
    const began = Date.now();
    for (;;) {
      const taken = await persist(asked, (abortSignal) => client.acquireLease(seconds, { abortSignal }).then(() => true, refused("LeaseAlreadyPresent", "LeaseIsBreakingAndCannotBeAcquired")), patience);
      if (taken) return new Lease(client, asked, patience);
      const { metadata } = await persist(asked, (abortSignal) => blob.getProperties({ abortSignal }), patience);
      const { writer } = factsIn(metadata);
      if (writer && liveness(writer) === "dead") {
        await persist(asked, (abortSignal) => client.breakLease(0, { abortSignal }).then(() => true, refused("LeaseNotPresentWithLeaseOperation")), patience);
        progress(`broke the lease of process ${writer.pid}, which is dead`);
      } else if (Date.now() - began > waitMs) {
        const who = writer ? `process ${writer.pid} on ${writer.host.split("/")[0]}` : "somebody";
        throw new AzureError({ ...asked, cause: `${who} holds the lease of ${blob.name} and renews it: it is being sent by another run`, hint: "wait for the other run to end, then run the same command again" }, { status: 409, code: "LeaseAlreadyPresent" });
      } else {
        progress(`another run has the lease of ${blob.name}; waiting until it ends, at most ${Math.ceil((waitMs - (Date.now() - began)) / 1000)} s`);
        await sleep(Math.min(2_000, waitMs / 4));
      }
    }
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.client.releaseLease({ abortSignal: AbortSignal.timeout(10_000) }).catch(() => undefined); // it ends by itself
  }
}

/** An answer that means no, and not that something is wrong. */
function refused(...codes: readonly string[]): (error: unknown) => false {
  return (error) => {
    if (hasCode(error, ...codes)) return false;
    throw error;
  };
}
