import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DeployInputs } from "#providers/test-deploy/inputs";
import { provider } from "#providers/test-deploy/provider";
import { vmAnnotation } from "#providers/test-deploy/test-vms";
import { VmNotes } from "#providers/shared/vcenter/vm-notes";
import { withVcenter } from "#providers/shared/vcenter/with-vcenter";
import { startVcsim, type Vcsim } from "../../servers/vcsim.ts";
import { uploadItem } from "../../servers/upload-item.ts";

const vm = "imagefleet-test-tiny-2026.1101.1";

let vcsim: Vcsim;
let libraryId: string;
const lines: string[] = [];

/** A simulated vCenter has no guests: tools and address are said to be there `bootMs` after power-on. */
async function start(bootMs: number): Promise<void> {
  vcsim = await startVcsim({ vcenters: [{ name: "vc-b", bootMs }] });
  libraryId = await vcsim.createLibrary("vc-b", "imagefleet");
  await uploadItem(vcsim, "vc-b", libraryId, "tiny-2026.1101.1");
  for (const [name, value] of Object.entries(vcsim.env)) vi.stubEnv(name, value);
}

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  lines.length = 0;
  await vcsim.stop();
});

function inputs(change: Partial<DeployInputs> = {}): DeployInputs {
  const { name, server, credentials, thumbprint, datacenter, resourcePool, datastore, folder } = vcsim.vcenter("vc-b");
  return { site: "corp", vcenter: name, server, credentials, thumbprint, image: "tiny", version: "2026.1101.1", libraryId, datacenter, resourcePool, datastore, folder, timeout: 5, keep: false, ...change };
}

interface RawVm {
  readonly vm: string;
  readonly name: string;
  readonly power_state: string;
}

async function vms(): Promise<[name: string, power: string][]> {
  return ((await vcsim.rest<RawVm[] | null>("vc-b", "GET", "vcenter/vm")) ?? []).map(({ name, power_state: power }) => [name, power]);
}

test("a release is deployed, waited for until its guest is up, and deleted", async () => {
  await start(2_000);
  const { id, outs } = await provider.create(inputs());
  expect(id).toBe("corp/vc-b/tiny@2026.1101.1/deploy");
  expect(outs).toMatchObject({ ...inputs(), address: "192.0.2.10" });
  expect(outs!.seconds).toBeGreaterThanOrEqual(2);
  expect(new Date(outs!.checkedAt).getTime()).toBeLessThanOrEqual(Date.now());
  expect(lines.at(-1)).toMatch(/^\[corp\/vc-b\/tiny@2026\.1101\.1\] VMware Tools ran after [\d.]+ s, at 192\.0\.2\.10$/);
  expect(await vms()).toEqual([]);
});

test("a guest that never comes up fails the test in its time, and the VM is deleted all the same", async () => {
  await start(-1);
  await expect(provider.create(inputs({ timeout: 0.05 }))).rejects.toThrow(
    /^cannot deploy tiny@2026\.1101\.1 on corp\/vc-b for a test \(.*127\.0\.0\.1:\d+\): the VM is not up: after 3 s VMware Tools do not run in it\n {2}what to do: does the image have open-vm-tools/,
  );
  expect(await vms()).toEqual([]);
});

test("a VM that is to be kept stays, running, and the next test of the release begins by deleting it", async () => {
  await start(-1);
  await expect(provider.create(inputs({ timeout: 0.02, keep: true }))).rejects.toThrow(`it was kept as ${vm}`);
  expect(await vms()).toEqual([[vm, "POWERED_ON"]]);
  await expect(provider.create(inputs({ timeout: 0.02 }))).rejects.toThrow("the VM is not up");
  expect(await vms()).toEqual([]);
});

test("a VM that a killed run left, not even powered on, is deleted first", async () => {
  await start(0);
  await withVcenter(inputs(), async (client) => {
    const [item] = await client.items(libraryId);
    const left = await client.deploy(item!.id, { name: vm, placement: await client.place(inputs()) });
    const notes = await VmNotes.open(inputs());
    await notes.write(left, vmAnnotation({ image: "tiny", version: "2026.1101.1" }));
    await notes.close();
  });
  expect(await vms()).toEqual([[vm, "POWERED_OFF"]]);
  await provider.create(inputs());
  expect(await vms()).toEqual([]);
});

test("a VM of that name which somebody else made is left alone, and said", async () => {
  await start(0);
  await provider.create(inputs({ keep: true }));
  const [{ vm: id }] = (await vcsim.rest<[RawVm]>("vc-b", "GET", "vcenter/vm"));
  const notes = await VmNotes.open(inputs());
  expect(await notes.read(id)).toBe("Made by imagefleet to test tiny@2026.1101.1; deleted afterwards, or by the next test.");
  await notes.write(id, "mine");
  await expect(provider.create(inputs())).rejects.toThrow(/^cannot delete the VM imagefleet-test-tiny-2026\.1101\.1 \(.*\): its annotation does not say that imagefleet made it\n {2}what to do: if nobody needs it/);
  expect(await vms()).toEqual([[vm, "POWERED_ON"]]);
  await notes.close();
});

test("a release that the library does not have is not waited for", async () => {
  await start(0);
  await expect(provider.create(inputs({ version: "2026.1101.2" }))).rejects.toThrow(/its content library has no item tiny-2026\.1101\.2\n {2}what to do: npm run up/);
  expect(await vms()).toEqual([]);
});

test("a name that the inventory does not have fails before anything is deployed", async () => {
  await start(0);
  await expect(provider.create(inputs({ resourcePool: "nowhere" }))).rejects.toThrow(/nowhere/);
  expect(await vms()).toEqual([]);
});
