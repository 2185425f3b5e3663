import { Semaphore } from "async-mutex";
import { connections, putsPerSecond } from "#providers/shared/aws/clients";
import { dataExtents } from "#providers/shared/extents";
import { blockBytes, sameDigest, zeroDigest, type BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import { BlockReader, roomForBlock, threadsFor } from "#providers/ebs-snapshot/blocks/block-reader";
import { inLanes } from "#providers/ebs-snapshot/blocks/in-lanes";
import { knownDigests } from "#providers/ebs-snapshot/blocks/known-digests";
import { plannedBlocks } from "#providers/ebs-snapshot/blocks/plan";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import type { Journal } from "#providers/ebs-snapshot/journal";
import { untilKnown } from "#providers/ebs-snapshot/until-known";

/** Of the blocks, at most this part is on its way at once: what a kill makes the next run send again. */
const mostOnTheirWay = 1 / 11;
const leastLanes = 4;

/** One upload fills a line, and its blocks the memory that there is for them. */
const one = new Semaphore(1);

/**
 * Sends the blocks that hold data and are not yet there: in the journal, or alike in the parent. A block that the parent has
 * and the disk has no more is sent as zeros.
 * @returns digests of all of the disk's blocks that are not zeros
 */
export function sendBlocks(job: UploadJob, journal: Journal, parent: BlockDigests = new Map()): Promise<BlockDigests> {
  job.progress.begin("waiting for other uploads");
  return one.runExclusive(() => send(job, journal, parent));
}

async function send(job: UploadJob, journal: Journal, parent: BlockDigests): Promise<BlockDigests> {
  const { artifact, path, clients, context, waits, progress } = job;
  const known = await knownDigests(artifact.sha256);
  const planned = union(plannedBlocks(await dataExtents(path, context.action), artifact.bytes), parent);
  const digests = new Map([...journal.sent].filter(([, digest]) => !sameDigest(digest, zeroDigest)));
  // beside an earlier release, most blocks are only read
  const reader = new BlockReader(path, parent.size > 0 ? undefined : threadsFor(putsPerSecond));
  const rooms: SharedArrayBuffer[] = [];
  const todo = planned.filter((index) => !journal.sent.has(index));
  let done = planned.length - todo.length;
  const put = async (index: number, room: SharedArrayBuffer, always = false): Promise<void> => {
    const digest = await reader.read(index, room, known?.get(index));
    if (digest) digests.set(index, digest);
    if (!always && sameDigest(digest, parent.get(index))) return clients.blocks.pace.giveBack();
    const block = { SnapshotId: journal.head.snapshotId!, index, digest: digest ?? zeroDigest, bytes: Buffer.from(room) };
    await untilKnown(() => clients.blocks.put(block, context), waits.unknownMs, context.signal);
    journal.add(index, digest ?? zeroDigest);
  };
  const inTurn = async (index: number): Promise<void> => {
    context.signal?.throwIfAborted();
    await clients.blocks.pace.turn();
    // the one that was left last: so many come to be as are on their way at once, no more
    const room = rooms.pop() ?? roomForBlock();
    await put(index, room);
    rooms.push(room);
    progress.say(`${Math.floor((++done / planned.length) * 100)} % of ${mib(planned.length)} MiB`);
  };
  progress.begin(done === 0 ? `sending ${mib(todo.length)} MiB` : `sending the last ${mib(todo.length)} of ${mib(planned.length)} MiB`);
  try {
    await inLanes(todo, lanesFor(planned.length), () => undefined, inTurn);
    // a snapshot without a block of its own could not be completed
    if (journal.sent.size === 0) await put(0, roomForBlock(), true);
    return digests;
  } finally {
    await Promise.all([reader.close(), journal.close()]);
  }
}

function lanesFor(blocks: number): number {
  return Math.min(connections, Math.max(leastLanes, Math.ceil(blocks * mostOnTheirWay)));
}

/** Ascending. */
function union(planned: readonly number[], parent: BlockDigests): number[] {
  return [...new Set([...planned, ...parent.keys()])].sort((a, b) => a - b);
}

function mib(blocks: number): number {
  return Math.ceil((blocks * blockBytes) / 2 ** 20);
}
