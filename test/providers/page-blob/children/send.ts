import { readFileSync } from "node:fs";
import { Arm } from "#providers/shared/azure/arm";
import { stagingContainer, type StagingPlace } from "#providers/shared/azure/blob-service";
import type { BlobPatience } from "#providers/shared/azure/persist";
import type { BlobOwner } from "#providers/page-blob/metadata";
import { sendDisk } from "#providers/page-blob/send-disk";

/** What a run is told, as JSON in its only argument. */
export interface Order {
  readonly place: StagingPlace;
  readonly name: string;
  readonly path: string;
  readonly owner: BlobOwner;
  readonly md5: string;
  readonly journal: string;
  readonly patience?: Partial<BlobPatience>;
  readonly lanes?: number;
  readonly leaseWaitMs?: number;
}

/** What it says at its end. */
export interface Report {
  readonly sent?: number;
  readonly data?: number;
  readonly error?: string;
  readonly progress: readonly string[];
  /** Most memory of this process, KiB: what the kernel counts for its children begins with the parent's. */
  readonly peak: number;
}

const order = JSON.parse(process.argv[2]!) as Order;
const progress: string[] = [];
const blob = (await stagingContainer(new Arm(), order.place)).getPageBlobClient(order.name);
const asked = { action: `send ${order.name}`, place: "the test's account", permission: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write" };
const result = await sendDisk({ ...order, blob, asked, md5: Promise.resolve(order.md5), progress: (text) => progress.push(text) }).catch((error: Error) => ({ error: error.message }));
console.log(JSON.stringify({ ...result, progress, peak: Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) } satisfies Report));
process.exit(0);
