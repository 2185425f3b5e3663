import { createReadStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { tinyDisk } from "../providers/inspection/boot/tiny-disk.ts";
import { mayListen, startNova, type Nova } from "../servers/nova/start-nova.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { storeBuilt, storePassed, storeSealed } from "../store/sealed-release.ts";
import { killTree } from "./kill-tree.ts";
import { Project } from "./project.ts";
import { waitFor } from "./wait-for.ts";

/**
 * A master region, whose Nova is a stand-in with real machines, and a region that fetches the bytes from the store itself: steps of
 * one story, in this order.
 */
const id = { image: "tiny", version: "2026.1101.1" };

let dir: string;
let openstack: Openstack;
let nova: Nova;
let project: Project;
let files: Server;
const fetched: string[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-master-test-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  const log = () => {};
  const plugins = await ensureTestPlugins({ log });
  openstack = await startOpenstack({ regions: ["north", "south"], log });
  nova = await startNova(openstack, "north");
  files = createServer(({ method, url }, reply) => {
    fetched.push(`${method} ${url}`);
    createReadStream(join(project.dir, ".imagefleet/store", url!)).on("error", () => reply.writeHead(404).end()).pipe(reply);
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  project = await Project.create(fleet());
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...(await openstack.cloudsYaml(project.dir)).env });
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  const disk = await readFile(await tinyDisk());
  await storeBuilt(project.store, id, { key: "1".repeat(64) }, disk, 64 * 2 ** 20);
  await storePassed(project.store, id);
  await storeSealed(project.store, id, "qcow2", disk);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  files?.close();
  await Promise.all([nova?.stop(), openstack?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

function fleet(): Record<string, unknown> {
  const master = { flavor: "m1.tiny", network: "private", floatingNetwork: "public", user: "root", timeout: 3 };
  const webDownload = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["north", "south"] } },
    sites: { north: { kind: "openstack", cloud: "factory", region: "north", master }, south: { kind: "openstack", cloud: "factory", region: "south", webDownload } },
    channels: { stable: { tiny: "latest" } },
    promotion: { stable: { waves: [{ sites: ["north"] }, { sites: ["south"] }] } },
  };
}

/** Where the store and both regions say that the channel points. */
async function pointed(): Promise<unknown[]> {
  const marks = await Promise.all(["north", "south"].map(async (region) => (await imagesIn(region))[0]?.["imagefleet_channel_stable"]));
  return [(await project.store.document<{ version: string }>("channels/stable/tiny"))?.version, ...marks];
}

/** Hidden ones, too: what no channel of the region's own points at is hidden there. */
async function imagesIn(region: string) {
  const glance = openstack.glance(region, "factory");
  return [...(await glance.list()), ...(await glance.list({ os_hidden: true }))];
}

const namesIn = async (region: string) => (await imagesIn(region)).map(({ name, os_hidden: hidden }) => `${name}${hidden ? " hidden" : ""}`);

test("an image that does not boot on the master is kept from the other sites, no wave of a channel moves, and the run says why", async () => {
  nova.behaviour.fault = "No valid host was found.";
  const up = await project.up();
  expect(up.exitCode).not.toBe(0);
  expect(up.text).toContain("cannot boot tiny@2026.1101.1 on north (cloud factory, region north): Nova could not make the server: No valid host was found.");
  expect(up.text).toContain("the other sites wait until north, the master, has tried tiny@2026.1101.1");
  expect(up.text).toContain("moving stable of tiny to 2026.1101.1 waits: north could not register it");
  expect(await pointed()).toEqual([undefined, undefined, undefined]);
  expect([await namesIn("north"), await namesIn("south")]).toEqual([["tiny-2026.1101.1 hidden"], []]);
  expect(nova.servers.size + nova.keyPairs.size + nova.floatingIps.size).toBe(0);
});

test("a run that is killed while its server boots leaves it; the next one knows it and deletes it", async () => {
  Object.assign(nova.behaviour, { fault: undefined, dead: true });
  const running = project.run("up", [], { reject: false });
  const left = await waitFor(async () => [...nova.servers.values()].find(({ status }) => status === "ACTIVE"), 60_000);
  await killTree(running.pid!);
  await running;
  expect(nova.servers.has(left.id)).toBe(true);
  Object.assign(nova.behaviour, { dead: undefined, fault: "The compute service is away." });
  const up = await project.up();
  expect(up.text).toContain(`deleted what an earlier run left: `);
  expect(up.text).toContain("The compute service is away.");
  expect(nova.servers.size + nova.keyPairs.size + nova.floatingIps.size).toBe(0);
});

test.skipIf(!mayListen)("once it boots there, the others take it, and a region that is told where the store is fetches the bytes itself", async () => {
  delete nova.behaviour.fault;
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await namesIn("south")).toEqual(["tiny-2026.1101.1"]);
  expect(await pointed()).toEqual([id.version, "true", "true"]);
  expect(fetched.filter((request) => request.startsWith("GET"))).toEqual(["GET /images/tiny/2026.1101.1/formats/qcow2/tiny-2026.1101.1.qcow2"]);
  const { deployment } = JSON.parse((await project.pulumi("stack", "export")).text) as { deployment: { resources: { urn: string; outputs?: Record<string, unknown> }[] } };
  const boot = deployment.resources.find(({ urn }) => urn.endsWith("::north/tiny@2026.1101.1/qcow2/boot"));
  expect(boot!.outputs).toMatchObject({ kernel: expect.stringMatching(/^\d+\./) as string, loginSeconds: expect.any(Number) as number });
  expect(nova.servers.size + nova.keyPairs.size + nova.floatingIps.size).toBe(0);
});

test.skipIf(!mayListen)("what was tried is not tried again", async () => {
  const before = nova.requests.length;
  const again = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(again.exitCode, again.text).toBe(0);
  expect((await project.up()).exitCode).toBe(0);
  expect(nova.requests.length).toBe(before);
});
