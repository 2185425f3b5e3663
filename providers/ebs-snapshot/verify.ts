import { createHash } from "node:crypto";
import { GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { sendAws } from "#providers/shared/aws/send-aws";
import { sameDigest, zeroDigest, type BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import { inLanes } from "#providers/ebs-snapshot/blocks/in-lanes";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { untilKnown } from "#providers/ebs-snapshot/until-known";

/** Blocks that are read back, of each kind. */
const sample = 16;
const lanes = 16;
/** Most that one answer holds. */
const page = 10_000;

/**
 * Holds a whole snapshot against the disk: each block that is not zeros must be listed, and a sample of what is listed must
 * read back as it was. Others may be listed that an earlier release had: then they hold zeros.
 * @param digests Of all of the disk's blocks that are not zeros. @returns what is wrong with it
 */
export async function verifySnapshot(job: UploadJob, id: string, digests: BlockDigests): Promise<string | undefined> {
  job.progress.begin(`reading back ${id}`);
  const listed = await untilKnown(() => listBlocks(job, id), job.waits.unknownMs, job.context.signal);
  const missing = [...digests.keys()].filter((index) => !listed.has(index));
  if (missing.length > 0) return `${missing.length} of ${digests.size} blocks are missing, block ${missing[0]} first`;
  const others = [...listed.keys()].filter((index) => !digests.has(index));
  const wrong: number[] = [];
  await inLanes([...someOf([...digests.keys()]), ...someOf(others)], lanes, () => undefined, async (index) => {
    const found = await readBack(job, id, index, listed.get(index)!);
    if (!sameDigest(found, digests.get(index) ?? zeroDigest)) wrong.push(index);
  });
  return wrong.length > 0 ? `block ${Math.min(...wrong)} reads back as something else` : undefined;
}

/** Tokens by which the blocks are read. */
async function listBlocks({ clients, context }: UploadJob, SnapshotId: string): Promise<Map<number, string>> {
  const tokens = new Map<number, string>();
  for (let NextToken: string | undefined; ; ) {
    const answer = await sendAws(clients.ebs, new ListSnapshotBlocksCommand({ SnapshotId, MaxResults: page, ...(NextToken !== undefined && { NextToken }) }), context);
    for (const { BlockIndex, BlockToken } of answer.Blocks ?? []) tokens.set(BlockIndex!, BlockToken!);
    if (!answer.NextToken) return tokens;
    NextToken = answer.NextToken;
  }
}

async function readBack({ clients, context }: UploadJob, SnapshotId: string, BlockIndex: number, BlockToken: string): Promise<Uint8Array> {
  const { BlockData } = await sendAws(clients.ebs, new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }), context);
  const hash = createHash("sha256");
  for await (const chunk of BlockData as AsyncIterable<Uint8Array>) hash.update(chunk); // no copy of the whole
  return hash.digest();
}

/** The first, the last, and any between. */
function someOf(indexes: readonly number[]): number[] {
  if (indexes.length <= sample) return [...indexes];
  const any = Array.from({ length: sample - 2 }, () => indexes[1 + Math.floor(Math.random() * (indexes.length - 2))]!);
  return [...new Set([indexes[0]!, ...any, indexes.at(-1)!])];
}
