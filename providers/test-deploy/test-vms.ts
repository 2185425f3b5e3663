import { itemName } from "#model/vsphere";
import { releaseName, type ReleaseId } from "#model/release";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";

/** Name of the VM of a release under test. What begins with `imagefleet-test-` is ours, so that one left by a killed run is found. */
export function vmName(release: ReleaseId): string {
  return `imagefleet-test-${itemName(release)}`;
}

/** What people read in vCenter who find the VM. */
export function vmAnnotation(release: ReleaseId): string {
  return `Made by imagefleet to test ${releaseName(release)}; deleted afterwards, or by the next test.`;
}

/** Deletes the test VMs of a release, running or not, left behind or just made. @returns how many there were. */
export async function removeTestVms(client: Pick<VcenterClient, "findVms" | "powerOff" | "deleteVm">, release: ReleaseId): Promise<number> {
  const vms = await client.findVms(vmName(release));
  for (const { id } of vms) {
    await client.powerOff(id);
    await client.deleteVm(id);
  }
  return vms.length;
}
