import { open } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import type { PageBlobClient } from "@azure/storage-blob";
import { AzureError } from "#providers/shared/azure/azure-error";
import type { Asked } from "#providers/shared/azure/azure-fault";
import { persist, type BlobPatience } from "#providers/shared/azure/persist";
import { againHint, askForAnotherRun } from "#providers/shared/run-again";
import { merged, type Extent } from "#providers/page-blob/pieces";

/** Places that are read back, besides the first and the last: all at once, so they are small. */
const samples = 30;
const sampleBytes = 64 * 2 ** 10;

interface Sent {
  readonly blob: PageBlobClient;
  /** The disk that was sent. */
  readonly path: string;
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
export async function requireArrived(sent: Sent, ranges: readonly Extent[]): Promise<void> {
  const { blob, asked, patience, leaseId } = sent;
  const [listed, read] = await Promise.all([wrongRanges(sent, ranges), wrongSample(sent, ranges)]);
  const wrong = listed ?? read;
  if (wrong === undefined) return;
  await persist(asked, (abortSignal) => blob.deleteIfExists({ abortSignal, conditions: { leaseId } }), patience);
  await askForAnotherRun("to send again what did not arrive as it was sent");
  throw new AzureError({ ...asked, cause: `${wrong}; the blob ${blob.name} was deleted`, hint: againHint }, { status: 200 });
}

async function wrongRanges({ blob, asked, patience }: Sent, ranges: readonly Extent[]): Promise<string | undefined> {
  const text = (all: readonly Extent[]) => all.map(({ offset, length }) => `${offset}+${length}`);
  const [should, is] = [text(merged(ranges)), text(await listRanges(blob, asked, patience))];
  if (should.join() === is.join()) return undefined;
  const odd = is.find((range) => !should.includes(range)) ?? should.find((range) => !is.includes(range));
  return `the service lists other ranges than were sent, such as ${odd}`;
}

async function wrongSample({ blob, path, asked, patience, progress }: Sent, ranges: readonly Extent[]): Promise<string | undefined> {
  const chosen = sampleOf(ranges);
  progress(`reading back ${chosen.length} places of ${ranges.length} ranges`);
  await using file = await open(path);
  const readBack = async ({ offset, length }: Extent): Promise<string | undefined> => {
    const found = await persist(asked, async (abortSignal) => buffer((await blob.download(offset, length, { abortSignal })).readableStreamBody!), patience);
    const { buffer: sent } = await file.read(Buffer.alloc(length), 0, length, offset);
    return found.equals(sent) ? undefined : `what the service has at ${offset} is not what was sent`;
  };
  return (await Promise.all(chosen.map(readBack))).find((fault) => fault !== undefined);
}

/** The beginning of the first range, the end of the last, and some places by chance between them. */
function sampleOf(ranges: readonly Extent[]): Extent[] {
  const place = (range: Extent | undefined, part: number): Extent[] => {
    if (!range) return [];
    const length = Math.min(sampleBytes, range.length);
    return [{ offset: range.offset + Math.floor(part * (range.length - length)), length }];
  };
  const some = Array.from({ length: samples }, () => place(ranges[Math.floor(Math.random() * ranges.length)], Math.random()));
  return [...place(ranges.at(0), 0), ...some.flat(), ...place(ranges.at(-1), 1)];
}
