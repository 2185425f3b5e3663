import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { InstanceInputs } from "#providers/test-instance/inputs";
import { removeKept } from "#providers/test-instance/leftovers";
import { instanceName } from "#providers/test-instance/names";
import { tryImage } from "#providers/test-instance/try-image";
import { mayListen, startNova, type Nova } from "../../servers/nova/start-nova.ts";
import { startOpenstack, type Openstack } from "../../servers/openstack/start-openstack.ts";
import { tinyDisk } from "../inspection/boot/tiny-disk.ts";

/** Real Keystone and Glance, a stand-in for Nova and Neutron, and real machines that run what Glance gives out. */
let openstack: Openstack;
let nova: Nova;
let imageId: string;
beforeAll(async () => {
  openstack = await startOpenstack({ regions: ["north"], log: () => {} });
  nova = await startNova(openstack, "north");
  vi.stubEnv("OS_CLIENT_CONFIG_FILE", (await openstack.cloudsYaml(`${openstack.logFile("north")}-clouds`)).cloudsFile);
  vi.stubEnv("OS_PASSWORD", "password-of-factory");
  const glance = openstack.glance("north", "factory");
  ({ id: imageId } = await glance.create({ name: "tiny", disk_format: "qcow2" }));
  await glance.upload(imageId, await readFile(await tinyDisk()));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await nova?.stop();
  await openstack?.stop();
});
afterEach(() => {
  for (const name of ["fault", "dead", "refuseDelete"] as const) delete nova.behaviour[name];
});

function inputs(server: Partial<InstanceInputs["server"]> = {}): InstanceInputs {
  const plan = { flavor: "m1.tiny", network: "private", securityGroups: [], user: "root", timeout: 3, keep: false };
  return { site: "north", cloud: "factory", region: "north", imageId, image: "tiny", version: "2026.1101.1", stack: "shop/prod", server: { ...plan, ...server } };
}

const nothingLeft = () => expect({ servers: nova.servers.size, keyPairs: nova.keyPairs.size, floatingIps: nova.floatingIps.size }).toEqual({ servers: 0, keyPairs: 0, floatingIps: 0 });

test.skipIf(!mayListen)("the registered bytes boot, let us in, and say what they are; then server, key pair and floating IP are gone", async () => {
  const seen = await tryImage(inputs({ floatingNetwork: "public" }), []);
  expect(seen).toEqual({ testedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string, activeSeconds: expect.any(Number) as number, loginSeconds: expect.any(Number) as number, kernel: expect.stringMatching(/^\d+\.\d+/) as string });
  expect(seen.loginSeconds).toBeGreaterThanOrEqual(seen.activeSeconds);
  expect(nova.requests).toEqual(expect.arrayContaining(["POST /v2.1/os-keypairs", "POST /v2.1/servers", "POST /v2.0/floatingips"]));
  nothingLeft();
});

test("a server that Nova cannot make is told in Nova's words, and deleted", async () => {
  nova.behaviour.fault = "No valid host was found. There are not enough hosts available.";
  await expect(tryImage(inputs(), [])).rejects.toThrow(/^cannot boot tiny@2026\.1101\.1 on north \(cloud factory, region north\): Nova could not make the server: No valid host was found\./);
  nothingLeft();
});

test("a server that nobody can log in to is told as such, and deleted", async () => {
  nova.behaviour.dead = true;
  await expect(tryImage(inputs({ timeout: 0.1 }), [])).rejects.toThrow(/nobody could log in as root within 0\.1 min: nothing answered at 127\.[\d.]+\n.*what to do: master\.securityGroups must let SSH in.*set master\.keep/s);
  nothingLeft();
});

test("names that the cloud does not have are told before anything is made", async () => {
  await expect(tryImage(inputs({ flavor: "m1.huge" }), [])).rejects.toThrow(/cannot find the flavor m1\.huge .*: there are m1\.tiny/);
  await expect(tryImage(inputs({ network: "nowhere" }), [])).rejects.toThrow(/cannot find the network nowhere .*: there is none/);
  nothingLeft();
});

test.skipIf(!mayListen)("what a dead run left of this release is deleted first, and what is somebody else's stays", async () => {
  const dead = inputs({ keep: true });
  nova.behaviour.dead = true;
  await expect(tryImage({ ...dead, server: { ...dead.server, timeout: 0.05 } }, [])).rejects.toThrow("which was kept");
  await expect(tryImage({ ...dead, stack: "other/prod", server: { ...dead.server, timeout: 0.05 } }, [])).rejects.toThrow("which was kept");
  const [left, foreign] = [...nova.servers.values()];
  expect([left?.name, foreign?.name]).toEqual([instanceName(dead), instanceName({ ...dead, stack: "other/prod" })]);
  delete nova.behaviour.dead;
  await tryImage(inputs(), []);
  expect([...nova.servers.keys()]).toEqual([foreign!.id]);
  await removeKept({ ...dead, stack: "other/prod", kept: foreign!.id, testedAt: "", activeSeconds: 0, loginSeconds: 0, kernel: "" });
  nothingLeft();
});

test.skipIf(!mayListen)("a server that cannot be deleted is an error although the image boots: it would cost money in silence", async () => {
  nova.behaviour.refuseDelete = 409;
  await expect(tryImage(inputs(), [])).rejects.toThrow(/cannot delete the server imagefleet-boot-tiny-2026-1101-1-[0-9a-f]{8} .*the compute service answers 409: Cannot 'delete' instance/);
  delete nova.behaviour.refuseDelete;
  await tryImage(inputs(), []);
  nothingLeft();
});
