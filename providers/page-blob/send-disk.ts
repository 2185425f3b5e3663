import { rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { PageBlobClient } from "@azure/storage-blob";
import prettyBytes from "pretty-bytes";
import type { Asked } from "#providers/shared/azure/azure-fault";
import { defaultBlobPatience, persist, WrongAnswer, type BlobPatience } from "#providers/shared/azure/persist";
import { dataExtents } from "#providers/shared/extents";
import { claimBlob } from "#providers/page-blob/claim-blob";
import { Journal } from "#providers/page-blob/journal";
import type { BlobOwner } from "#providers/page-blob/metadata";
import { PieceReader } from "#providers/page-blob/piece-reader";
import { covers, piecesOf, type Extent } from "#providers/page-blob/pieces";
import { listRanges, requireArrived } from "#providers/page-blob/verify-blob";

/** Requests side by side: with 18 of 4 MiB a service that is 50 ms away is sent up to 1,400 MiB/s, and the process stays below 300 MiB. */
const defaultLanes = 18;
const chunkBytes = 256 * 2 ** 10;

/** A fixed VHD, and the blob that it becomes. */
export interface DiskUpload {
  readonly blob: PageBlobClient;
  readonly path: string;
  readonly owner: BlobOwner;
  /** MD5 of the whole file, in hexadecimal digits. It may come late: it is needed last. */
  readonly md5: Promise<string>;
  /** Where to write down what has arrived. */
  readonly journal: string;
  readonly asked: Asked;
  readonly progress: (text: string) => void;
  readonly patience?: Partial<BlobPatience>;
  /** Requests side by side. Default 18. */
  readonly lanes?: number;
  /** Milliseconds that another run's lease is waited for. Default 80 s: one that is not renewed ends within. */
  readonly leaseWaitMs?: number;
}

/** What an upload was. */
export interface SentDisk {
  /** Bytes of pages that were sent by this run. */
  readonly sent: number;
  /** Bytes of pages that the blob has. */
  readonly data: number;
  /** Of the blob now: whoever writes to it changes it. */
  readonly etag: string | undefined;
}

/**
 * Sends a disk as a page blob: only what is not zeros, many ranges side by side, each with its MD5, under a lease; what a killed
 * run has sent is not sent again. Afterwards the service lists just the ranges that were sent, and samples are read back.
 * @throws AzureError; what has arrived stays for the next run, unless it is wrong.
 */
export async function sendDisk(upload: DiskUpload): Promise<SentDisk> {
  const patience = { ...defaultBlobPatience, ...upload.patience };
  const { blob, path, owner, asked, progress } = upload;
  upload.md5.catch(() => undefined); // awaited last
  const { size: bytes } = await stat(path);
  const extents = dataExtents(path, asked.action); // meanwhile
  extents.catch(() => undefined);
  await using reader = new PieceReader(path); // its workers begin meanwhile, too
  const claim = await claimBlob({ blob, bytes, owner, asked, patience, progress, leaseWaitMs: upload.leaseWaitMs });
  try {
    if (claim.md5 !== undefined && claim.md5 === base64(await upload.md5)) {
      await rm(upload.journal, { force: true }); // of a run that was killed before it knew
      return { sent: 0, data: 0, etag: claim.etag };
    }
    await using journal = await Journal.open(upload.journal, claim.upload);
    const pieces = piecesOf(await extents, bytes);
    const work: Work = { upload, patience, journal, reader, leaseId: claim.lease.id, stop: claim.lease.lost };
    const sent = await sendPieces(work, await missing(work, pieces));
    const ranges = pieces.flatMap(({ offset }) => journal.pieces.get(offset) ?? []);
    await requireArrived({ blob, path, asked, patience, leaseId: claim.lease.id, progress }, ranges);
    const blobContentMD5 = Buffer.from(await upload.md5, "hex");
    const { etag } = await persist(asked, (abortSignal) => blob.setHTTPHeaders({ blobContentMD5, blobContentType: "application/octet-stream" }, { abortSignal, conditions: { leaseId: claim.lease.id } }), patience, work.stop);
    await journal.remove();
    return { sent, data: ranges.reduce((sum, { length }) => sum + length, 0), etag };
  } finally {
    await claim.lease.release();
  }
}

interface Work {
  readonly upload: DiskUpload;
  readonly patience: BlobPatience;
  readonly journal: Journal;
  readonly reader: PieceReader;
  readonly leaseId: string;
  readonly stop: AbortSignal;
}

/** What is both in the journal and in the service's own list has arrived. */
async function missing({ upload, patience, journal, stop }: Work, pieces: readonly Extent[]): Promise<Extent[]> {
  if (journal.pieces.size === 0) return [...pieces];
  const listed = await listRanges(upload.blob, upload.asked, patience, stop);
  return pieces.filter(({ offset }) => !journal.pieces.get(offset)?.every((range) => covers(listed, range)));
}

async function sendPieces(work: Work, pieces: readonly Extent[]): Promise<number> {
  const { upload, journal, stop } = work;
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  let [done, sent, next] = [0, 0, 0];
  const lane = async (): Promise<void> => {
    for (let piece = pieces[next++]; piece; piece = pieces[next++]) {
      signal.throwIfAborted();
      const ranges = await sendPiece(work, piece, signal);
      await journal.add(piece.offset, ranges);
      sent += ranges.reduce((sum, { length }) => sum + length, 0);
      done += piece.length;
      upload.progress(`sending: ${Math.floor((done / total) * 100)} % of ${prettyBytes(total)}`);
    }
  };
  const lanes = Array.from({ length: Math.min(upload.lanes ?? defaultLanes, pieces.length) }, () => lane().catch((error: unknown) => {
    failed.abort(error);
    throw error;
  }));
  await Promise.allSettled(lanes); // none writes on when the lease is released
  await Promise.all(lanes);
  return sent;
}

async function sendPiece({ upload: { blob, asked }, patience, reader, leaseId }: Work, { offset, length }: Extent, signal: AbortSignal): Promise<Extent[]> {
  const piece = await reader.read({ offset, length });
  const ranges: Extent[] = [];
  for (const run of piece.runs) {
    const body = () => chunksOf(Buffer.from(piece.room, run.start, run.length));
    const transactionalContentMD5 = Buffer.from(run.md5, "base64");
    await persist(asked, async (abortSignal) => {
      const { contentMD5 } = await blob.uploadPages(body, offset + run.start, run.length, { abortSignal, transactionalContentMD5, conditions: { leaseId } });
      if (contentMD5 && !transactionalContentMD5.equals(contentMD5)) throw new WrongAnswer(`the service says that it took other bytes at ${offset + run.start}: MD5 ${base64(contentMD5)}, not ${run.md5}`);
    }, patience, signal);
    ranges.push({ offset: offset + run.start, length: run.length });
  }
  reader.release(piece);
  return ranges;
}

/** TLS would encrypt all of a piece at once, and keep it besides. */
function chunksOf(bytes: Buffer): Readable {
  let at = 0;
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      this.push(at < bytes.length ? bytes.subarray(at, (at += chunkBytes)) : null);
    },
  });
}

function base64(digest: string | Uint8Array): string {
  return (typeof digest === "string" ? Buffer.from(digest, "hex") : Buffer.from(digest)).toString("base64");
}
