import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import type { GlanceClient } from "../servers/openstack/glance-client.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** What others do to images in a real Glance, as a drift run tells it. Steps of one story, in this order. */
const version = "2026.1101.1";
const images = ["one", "two", "three"];

let dir: string;
let openstack: Openstack;
let project: Project;
let glance: GlanceClient;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-drift-openstack-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  const log = () => {};
  const [plugins, started] = await Promise.all([ensureTestPlugins({ log }), startOpenstack({ regions: ["north"], log })]);
  openstack = started;
  glance = openstack.glance("north", "factory");
  project = await Project.create({
    build: "never",
    images: Object.fromEntries(images.map((name) => [name, { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["north", "nowhere"] }])),
    sites: { north: { kind: "openstack", cloud: "factory", region: "north", properties: { hw_disk_bus: "scsi" } }, nowhere: { kind: "openstack", cloud: "factory", region: "nowhere" } },
  });
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...(await openstack.cloudsYaml(project.dir)).env });
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  for (const image of images) await storeRealRelease(project.store, { image, version }, ["qcow2"]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([openstack?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

async function drift(...args: string[]): Promise<{ exitCode: number | undefined; text: string }> {
  const { exitCode, all } = await project.run("drift", args);
  return { exitCode, text: String(all) };
}

async function idOf(image: string): Promise<string> {
  return (await glance.list({ name: `${image}-${version}` }))[0]!.id;
}

test("a region that the cloud does not have is left out alone, and named", async () => {
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(1);
  expect(up.text).toMatch(/unreachable, left out of this run: nowhere \(.*nowhere/);
  for (const image of images) expect(up.text).toMatch(new RegExp(`${image} +│ ${version.replaceAll(".", "\\.")} │ from the store +│ +│ +│ published │ unreachable`));
});

test("nothing has drifted after an up", async () => {
  const { exitCode, text } = await drift("--only", "north");
  expect(exitCode, text).toBe(0);
});

test("an image that was removed is missing; one that was changed, or given a property, is not as it should be", async () => {
  await glance.delete(await idOf("one"));
  await glance.set(await idOf("two"), { visibility: "community", hw_disk_bus: "ide" });
  await glance.set(await idOf("three"), { os_type: "windows" });
  const { exitCode, text } = await drift("--only", "north");
  expect(exitCode, text).toBe(3);
  expect(text).toMatch(/^north\/one@.*\/qcow2: missing$/m);
  expect(text).toMatch(/^north\/two@.*: incorrect: .*visibility/m);
  expect(text).toMatch(/^north\/two@.*: incorrect: .*hw_disk_bus/m);
  expect(text).toMatch(/^north\/three@.*\/check: (unexpected|incorrect): .*os_type/m);
  expect(text).toMatch(/one +│ \S+ +│ .*missing/);
});

test("--repair converges these three; the region that is not there stays out", async () => {
  const { exitCode, text } = await drift("--only", "north", "--repair");
  expect(exitCode, text).toBe(0);
  expect(text).toMatch(/^repaired: north\/one@.*\/qcow2$/m);
  expect(text).toMatch(/^repaired: north\/three@.*\/check$/m);
  expect((await glance.get(await idOf("two"))).visibility).toBe("private");
});
