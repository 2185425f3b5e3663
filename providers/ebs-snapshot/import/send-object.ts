import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListPartsCommand, UploadPartCommand, type CompletedPart } from "@aws-sdk/client-s3";
import { AwsError } from "#providers/shared/aws/aws-fault";
import { sendAws } from "#providers/shared/aws/send-aws";
import { BlockReader } from "#providers/ebs-snapshot/blocks/block-reader";
import { inLanes } from "#providers/ebs-snapshot/blocks/in-lanes";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { zeroPart } from "#providers/ebs-snapshot/import/zero-part";

/** Parts that are on their way: with 16 MiB each, they take 96 MiB of memory. */
const lanes = 6;
const leastPartBytes = 16 * 2 ** 20;
const mostParts = 10_000;

/** What one object is made of. */
export interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/** Sends the disk into a bucket in parts, and goes on with what an earlier run has sent. An object is there whole, or not at all. */
export async function sendObject(job: UploadJob, place: ObjectPlace): Promise<void> {
  const { artifact, clients, context, progress } = job;
  if (await isWhole(job, place)) return;
  progress.begin(`sending ${Math.ceil(artifact.bytes / 2 ** 20)} MiB to s3://${place.Bucket}/${place.Key}`);
  const UploadId = (await unfinishedUploads(job, place))[0] ?? (await sendAws(clients.s3, new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm: "SHA256", Metadata: { sha256: artifact.sha256 } }), context)).UploadId!;
  const parts = await sendParts(job, { ...place, UploadId });
  await sendAws(clients.s3, new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: parts } }), context);
}

async function isWhole({ clients, context, artifact }: UploadJob, place: ObjectPlace): Promise<boolean> {
  try {
    const { ContentLength, Metadata } = await sendAws(clients.s3, new HeadObjectCommand(place), context);
    return ContentLength === artifact.bytes && Metadata?.["sha256"] === artifact.sha256;
  } catch (error) {
    if (error instanceof AwsError && (error.notFound || error.status === 404)) return false;
    throw error;
  }
}

/** Uploads of this object that did not end: parts of them are kept, and paid for, until one ends them. */
export async function unfinishedUploads({ clients, context }: Pick<UploadJob, "clients" | "context">, { Bucket, Key }: ObjectPlace): Promise<string[]> {
  const { Uploads = [] } = await sendAws(clients.s3, new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), context);
  return Uploads.filter((upload) => upload.Key === Key).map(({ UploadId }) => UploadId!);
}

async function sendParts(job: UploadJob, upload: ObjectPlace & { UploadId: string }): Promise<CompletedPart[]> {
  const { artifact, path, clients, context, progress } = job;
  const partBytes = partBytesOf(artifact.bytes);
  const count = Math.max(1, Math.ceil(artifact.bytes / partBytes));
  const there = await sentParts(job, upload, (number) => lengthOf(number, partBytes, artifact.bytes));
  const reader = new BlockReader(path);
  const send = async (PartNumber: number, room: SharedArrayBuffer): Promise<void> => {
    context.signal?.throwIfAborted();
    const length = lengthOf(PartNumber, partBytes, artifact.bytes);
    const own = length === room.byteLength ? room : new SharedArrayBuffer(length);
    const digest = (await reader.readAt((PartNumber - 1) * partBytes, own)) ?? zeroPart(length);
    const ChecksumSHA256 = Buffer.from(digest).toString("base64");
    const { ETag } = await sendAws(clients.s3, new UploadPartCommand({ ...upload, PartNumber, Body: Buffer.from(own), ContentLength: length, ChecksumSHA256 }), context);
    there.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 });
    progress.say(`${Math.floor((there.size / count) * 100)} % of s3://${upload.Bucket}/${upload.Key}`);
  };
  try {
    await inLanes(Array.from({ length: count }, (_, index) => index + 1).filter((number) => !there.has(number)), lanes, () => new SharedArrayBuffer(partBytes), send);
  } finally {
    await reader.close();
  }
  return [...there.values()].sort((a, b) => a.PartNumber! - b.PartNumber!);
}

async function sentParts({ clients, context }: UploadJob, upload: ObjectPlace & { UploadId: string }, lengthOfPart: (number: number) => number): Promise<Map<number, CompletedPart>> {
  const found = new Map<number, CompletedPart>();
  for (let PartNumberMarker: string | undefined; ; ) {
    const answer = await sendAws(clients.s3, new ListPartsCommand({ ...upload, ...(PartNumberMarker !== undefined && { PartNumberMarker }) }), context);
    for (const { PartNumber, ETag, ChecksumSHA256, Size } of answer.Parts ?? []) if (Size === lengthOfPart(PartNumber!)) found.set(PartNumber!, { PartNumber, ETag, ...(ChecksumSHA256 !== undefined && { ChecksumSHA256 }) });
    if (!answer.IsTruncated) return found;
    PartNumberMarker = answer.NextPartNumberMarker;
  }
}

/** Parts are alike except for the last, and no more than S3 takes. */
export function partBytesOf(bytes: number): number {
  return Math.max(leastPartBytes, Math.ceil(bytes / mostParts / 2 ** 20) * 2 ** 20);
}

function lengthOf(number: number, partBytes: number, bytes: number): number {
  return Math.min(partBytes, bytes - (number - 1) * partBytes);
}
