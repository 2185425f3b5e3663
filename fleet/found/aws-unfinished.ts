import { setTimeout as sleep } from "node:timers/promises";
import type { Ami } from "#providers/shared/aws/ami";
import type { Amis } from "#providers/shared/aws/amis";
import type { Search, WantedRegistration } from "#fleet/found/found";

/** Milliseconds between two looks at an AMI on its way, and the looks: copies between regions take up to an hour. */
const interval = 10_000;
const looks = 360;
const told = 5;

/**
 * An AMI of ours that a dead run left behind, when it is available; undefined where it never will be, or a preview cannot tell yet.
 * A dead one is deregistered, with its snapshots where no other resource has them.
 */
export async function finishedAmi(amis: Amis, { image, version }: WantedRegistration, found: Ami, { keepSnapshots }: { readonly keepSnapshots: boolean }, search: Search): Promise<Ami | undefined> {
  if (found.state === "available") return found;
  if (!search.mayChange) return undefined;
  const { site, region } = amis.access;
  const say = (text: string): void => search.log(`[${site}/${image}] ${version} in ${region}: ${text}`);
  let ami: Ami | undefined = found;
  if (ami.state === "disabled") {
    await amis.enable(found.id);
    say(`the AMI ${found.id} was disabled, and is enabled again`);
    ami = await amis.get(found.id);
  }
  for (let look = 1; ami?.state === "pending" && look <= looks; look++) {
    if (look % told === 1) say(`the AMI ${ami.id} is pending; waiting, look ${look} of ${looks}`);
    await sleep(interval);
    ami = await amis.get(found.id);
  }
  if (ami?.state === "available" || ami?.state === "pending") return ami;
  if (!ami) return undefined;
  await amis.deregister(ami.id);
  if (!keepSnapshots) for (const snapshot of Object.values(ami.snapshots)) await amis.deleteSnapshot(snapshot);
  say(`deregistered the AMI ${ami.id}, which a dead run left ${ami.state}`);
  return undefined;
}
