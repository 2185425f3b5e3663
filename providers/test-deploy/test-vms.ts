import { FleetError } from "#model/errors";
import { releaseName, type ReleaseId } from "#model/release";
import { itemName } from "#model/vsphere";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import type { VmNotes } from "#providers/shared/vcenter/vm-notes";

/** Name of the VM of a release under test, so that one left by a killed run is found. */
export function vmName(release: ReleaseId): string {
  return `imagefleet-test-${itemName(release)}`;
}

const made = "Made by imagefleet to test ";

/** What tells our VM from one that somebody else gave the name, and what people read in vCenter who find it. */
export function vmAnnotation(release: ReleaseId): string {
  return `${made}${releaseName(release)}; deleted afterwards, or by the next test.`;
}

export function isOurs(annotation: string): boolean {
  return annotation.startsWith(made);
}

export interface TestVms {
  readonly client: Pick<VcenterClient, "findVms" | "powerOff" | "deleteVm" | "where">;
  readonly notes: Pick<VmNotes, "read">;
  readonly release: ReleaseId;
  /** Id of the one that was just deployed. */
  readonly own?: string;
}

/** Deletes the test VMs of a release, running or not, left behind or just made. @throws FleetError where one of that name is not ours. */
export async function removeTestVms({ client, notes, release, own }: TestVms): Promise<void> {
  for (const { id, name } of await client.findVms(vmName(release))) {
    const annotation = id === own ? made : await notes.read(id);
    if (annotation === undefined) continue; // gone meanwhile
    if (!isOurs(annotation)) {
      throw new FleetError({ action: `delete the VM ${name}`, place: client.where, cause: "its annotation does not say that imagefleet made it", hint: "if nobody needs it, delete it in vCenter, else rename it; then npm run up" });
    }
    await client.powerOff(id);
    await client.deleteVm(id);
  }
}
