import type { Ami } from "#providers/shared/aws/ami";
import type { Amis } from "#providers/shared/aws/amis";

/**
 * Takes an AMI away with the snapshots that were made for it alone: those of a copy. The one that its bytes were sent to has a
 * resource of its own, which keeps or deletes it.
 */
export async function discardAmi(amis: Amis, ami: Ami, kept?: string): Promise<void> {
  await amis.deregister(ami.id);
  for (const snapshot of Object.values(ami.snapshots)) if (snapshot !== kept) await amis.deleteSnapshot(snapshot);
}
