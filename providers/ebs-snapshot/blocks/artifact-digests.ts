import type { Artifact } from "#model/release";
import { dataExtents } from "#providers/shared/extents";
import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import { BlockReader, roomForBlock } from "#providers/ebs-snapshot/blocks/block-reader";
import { inLanes } from "#providers/ebs-snapshot/blocks/in-lanes";
import { knownDigests, rememberDigests } from "#providers/ebs-snapshot/blocks/known-digests";
import { plannedBlocks } from "#providers/ebs-snapshot/blocks/plan";

/** Enough that no worker waits. */
const lanes = 16;

/** Digests of all blocks of an artifact that are not zeros: remembered, or worked out now. @param path Where its verified file is. */
export async function artifactDigests({ sha256, bytes }: Pick<Artifact, "sha256" | "bytes">, path: string, action: string): Promise<BlockDigests> {
  const known = await knownDigests(sha256);
  if (known) return known;
  const digests = new Map<number, Uint8Array>();
  const reader = new BlockReader(path);
  try {
    await inLanes(plannedBlocks(await dataExtents(path, action), bytes), lanes, roomForBlock, async (index, room) => {
      const digest = await reader.read(index, room);
      if (digest) digests.set(index, digest);
    });
  } finally {
    await reader.close();
  }
  await rememberDigests(sha256, digests);
  return digests;
}
