import { ownerOf } from "#model/owner";
import { tagNames } from "#model/tags";
import type { Amis } from "#providers/shared/aws/amis";
import type { Search } from "#fleet/found/found";

/** What EC2 writes on the snapshots that it makes with a copy. */
const ofCopy = "Copied for DestinationAmi ";

/**
 * Deletes the stack's snapshots of copies that are no more: a run that dies between the two requests by which a copy is taken away, or
 * somebody who deregisters one, leaves them to nobody.
 */
export async function sweepCopies(amis: Amis, { project, stack, log }: Search): Promise<void> {
  const ours = { [`tag:${tagNames.stack}`]: [ownerOf({ project, stack })] };
  const snapshots = await amis.listSnapshots({ ...ours, description: [`${ofCopy}*`] });
  const copies = new Map(snapshots.flatMap(({ id, description = "" }) => {
    const [ami] = /^ami-[0-9a-f]+/.exec(description.slice(ofCopy.length)) ?? [];
    return ami === undefined ? [] : [[id, ami] as const];
  }));
  if (copies.size === 0) return;
  const there = new Set((await amis.list(ours)).map(({ id }) => id));
  const { site, region } = amis.access;
  for (const [id, ami] of copies) {
    if (there.has(ami) || (await amis.get(ami))) continue;
    await amis.deleteSnapshot(id);
    log(`[${site}] deleted the snapshot ${id} in ${region}: it was of the copy ${ami}, which is no more`);
  }
}
