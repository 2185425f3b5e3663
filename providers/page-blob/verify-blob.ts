import { createHash } from "node:crypto";
import type { PageBlobClient } from "@azure/storage-blob";
import { AzureError } from "#providers/shared/azure/azure-error";
import type { Asked } from "#providers/shared/azure/azure-fault";
import { persist, type BlobPatience } from "#providers/shared/azure/persist";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import type { SentRange } from "#providers/page-blob/journal";
import { merged, type Extent } from "#providers/page-blob/pieces";

/** Ranges that are read back, besides the first and the last. */
const samples = 14;
const sideBySide = 6;

interface Sent {
  readonly blob: PageBlobClient;
  readonly asked: Asked;
  readonly patience: BlobPatience;
  readonly leaseId: string;
  readonly progress: (text: string) => void;
}

/** The ranges that a blob has data in, as `merged` gives them. */
export async function listRanges(blob: PageBlobClient, asked: Asked, patience: BlobPatience, signal?: AbortSignal): Promise<Extent[]> {
  const ranges: Extent[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await persist(asked, async (abortSignal) => (await blob.listPageRanges(0, undefined, { abortSignal }).byPage({ maxPageSize: 10_000, ...(continuationToken && { continuationToken }) }).next()).value, patience, signal);
    ranges.push(...(page?.pageRange ?? []).map(({ start, end }: { start: number; end: number }) => ({ offset: start, length: end - start + 1 })));
    continuationToken = page?.continuationToken;
  } while (continuationToken);
  return merged(ranges);
}

/**
 * Compares what the service lists with what was sent, and reads some of it back. A blob that is not what was sent is deleted.
 * @throws AzureError
 */
export async function requireArrived(sent: Sent, ranges: readonly SentRange[]): Promise<void> {
  const { blob, asked, patience, leaseId } = sent;
  const [listed, read] = await Promise.all([wrongRanges(sent, ranges), wrongSample(sent, ranges)]);
  const wrong = listed ?? read;
  if (wrong === undefined) return;
  await persist(asked, (abortSignal) => blob.deleteIfExists({ abortSignal, conditions: { leaseId } }), patience);
  await askForAnotherRun("to send again what did not arrive as it was sent");
  throw new AzureError({ ...asked, cause: `${wrong}; the blob ${blob.name} was deleted`, hint: againHint }, { status: 200 });
}

async function wrongRanges({ blob, asked, patience }: Sent, ranges: readonly SentRange[]): Promise<string | undefined> {
  const text = (all: readonly Extent[]) => all.map(({ offset, length }) => `${offset}+${length}`);
  const [should, is] = [text(merged(ranges)), text(await listRanges(blob, asked, patience))];
  if (should.join() === is.join()) return undefined;
  const odd = is.find((range) => !should.includes(range)) ?? should.find((range) => !is.includes(range));
  return `the service lists other ranges than were sent, such as ${odd}`;
}

async function wrongSample({ blob, asked, patience, progress }: Sent, ranges: readonly SentRange[]): Promise<string | undefined> {
  const chosen = sampleOf(ranges);
  progress(`reading back ${chosen.length} of ${ranges.length} ranges`);
  const readBack = async ({ offset, length, md5 }: SentRange): Promise<string | undefined> => {
    const found = await persist(asked, async (abortSignal) => {
      const { readableStreamBody } = await blob.download(offset, length, { abortSignal });
      const hash = createHash("md5");
      for await (const chunk of readableStreamBody!) hash.update(chunk);
      return hash.digest("base64");
    }, patience);
    return found === md5 ? undefined : `what the service has at ${offset} is not what was sent: MD5 ${found}, not ${md5}`;
  };
  for (let at = 0; at < chosen.length; at += sideBySide) {
    const faults = await Promise.all(chosen.slice(at, at + sideBySide).map(readBack));
    const fault = faults.find((one) => one !== undefined);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The first, the last, and some by chance between them. */
function sampleOf(ranges: readonly SentRange[]): SentRange[] {
  const some = Array.from({ length: samples }, () => ranges[Math.floor(Math.random() * ranges.length)]);
  return [...new Set([ranges.at(0), ...some, ranges.at(-1)])].filter((range) => range !== undefined);
}
