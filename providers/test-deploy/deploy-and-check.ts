import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { itemName } from "#model/vsphere";
import type { Progress } from "#providers/shared/progress";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import type { VmNotes } from "#providers/shared/vcenter/vm-notes";
import type { DeployEvidence, DeployInputs } from "#providers/test-deploy/inputs";
import { isOurs, removeTestVms, vmAnnotation, vmName } from "#providers/test-deploy/test-vms";
import { waitForGuest, type GuestReport } from "#providers/test-deploy/wait-for-guest";

export interface DeployContext {
  readonly client: VcenterClient;
  readonly notes: Pick<VmNotes, "read" | "write">;
  readonly progress: Pick<Progress, "begin" | "say">;
  /** Milliseconds between two looks at the guest. */
  readonly interval?: number;
}

/**
 * Deploys a release from the vCenter's own library, waits until its guest is up, and deletes the VM, whatever came out,
 * unless it is to be kept. One that a killed run left is deleted first.
 */
export async function deployAndCheck(inputs: DeployInputs, context: DeployContext): Promise<DeployEvidence> {
  const { client, notes, progress } = context;
  const item = await itemOf(inputs, client);
  progress.begin("looking for a VM that an earlier test left");
  await removeTestVms({ client, notes, release: inputs });
  const attempt: Attempt = { item };
  try {
    const evidence = await check(inputs, attempt, context);
    if (!inputs.keep) await removeAfter(inputs, attempt, context);
    return evidence;
  } catch (error) {
    if (!inputs.keep) await removeAfter(inputs, attempt, context).catch((failure: Error) => progress.say(failure.message));
    throw error;
  }
}

interface Attempt {
  readonly item: string;
  /** Id, once it is deployed. */
  vm?: string;
}

async function itemOf(inputs: DeployInputs, client: VcenterClient): Promise<string> {
  const name = itemName(inputs);
  const item = (await client.items(inputs.libraryId)).find((one) => one.name === name);
  if (item) return item.id;
  throw new FleetError({ action: actionOf(inputs), place: client.where, cause: `its content library has no item ${name}`, hint: "npm run up, without --no-refresh, sends or syncs it again" });
}

async function check(inputs: DeployInputs, attempt: Attempt, { client, notes, progress, interval }: DeployContext): Promise<DeployEvidence> {
  progress.begin("deploying");
  const placement = await client.place(inputs);
  const annotation = vmAnnotation(inputs);
  const vm = (attempt.vm = await client.deploy(attempt.item, { name: vmName(inputs), annotation, placement }));
  if (!isOurs((await notes.read(vm)) ?? "")) await notes.write(vm, annotation); // an annotation in the OVF may have won
  progress.begin("powering on");
  await client.powerOn(vm);
  const report = await waitForGuest({ client, vm, timeout: inputs.timeout * 60_000, progress, interval });
  if (!report.up) throw notUp(inputs, report, client.where);
  return { seconds: report.seconds, address: report.address, checkedAt: new Date().toISOString() };
}

async function removeAfter(inputs: DeployInputs, { vm: own }: Attempt, { client, notes, progress }: DeployContext): Promise<void> {
  progress.begin("deleting the VM");
  try {
    await removeTestVms({ client, notes, release: inputs, own });
  } catch (error) {
    const cause = error instanceof FleetError ? error.fault.cause : String(error);
    throw new FleetError({ action: `delete the VM ${vmName(inputs)}`, place: client.where, cause, hint: "delete it in vCenter, or npm run up again: the next test deletes it first" }, { cause: error });
  }
}

/** `deploy debian-12@2026.1101.2 on corp/vc-a` */
export function actionOf(inputs: DeployInputs): string {
  return `deploy ${releaseName(inputs)} on ${inputs.site}/${inputs.vcenter} for a test`;
}

const hints = {
  power: "look at its events in vCenter; with testDeploy.keep it is left there",
  tools: "does the image have open-vm-tools, and does it boot on this vCenter? With testDeploy.keep the VM stays: look at its console. testDeploy.timeout allows more time",
  address: "is there DHCP on the network of testDeploy.network? With testDeploy.keep the VM stays: look at its console. testDeploy.timeout allows more time",
};

function notUp(inputs: DeployInputs, { lacks, why }: GuestReport & { readonly up: false }, where: string): FleetError {
  const kept = inputs.keep ? `; it was kept as ${vmName(inputs)}` : "";
  return new FleetError({ action: actionOf(inputs), place: where, cause: `the VM is not up: ${why}${kept}`, hint: hints[lacks] });
}
