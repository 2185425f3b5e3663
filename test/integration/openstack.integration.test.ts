import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import type { GlanceImage } from "../servers/openstack/glance-client.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Two regions, a project that owns the images and one that is given them, the real engine: steps of one story, in this order. */
const first = { image: "tiny", version: "2026.1101.1" };
const second = { image: "tiny", version: "2026.1101.2" };

let dir: string;
let openstack: Openstack;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-openstack-test-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  const log = () => {};
  const [plugins, started] = await Promise.all([ensureTestPlugins({ log }), startOpenstack({ regions: ["north", "south"], log })]);
  openstack = started;
  project = await Project.create(fleet());
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...(await openstack.cloudsYaml(project.dir)).env });
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  await storeRealRelease(project.store, first, ["qcow2", "raw"]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([openstack?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

/** Images come from the store alone. @param north More settings of the region that shares its images. */
function fleet(north: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["north", "south"] } },
    sites: {
      north: { kind: "openstack", cloud: "factory", region: "north", visibility: "shared", members: [{ project: openstack.projectIds.team, cloud: "team" }], protected: true, tags: ["golden"], properties: { hw_disk_bus: "scsi" }, ...north },
      south: { kind: "openstack", cloud: "factory", region: "south", format: "raw", visibility: "community", publicApproval: "the tests" },
    },
  };
}

async function imagesOf(region: string): Promise<Record<string, GlanceImage>> {
  const glance = openstack.glance(region, "factory");
  const found = (await Promise.all([glance.list(), glance.list({ os_hidden: true }), glance.list({ visibility: "community" })])).flat();
  return Object.fromEntries(found.map((image) => [image.name, image]));
}

async function sealedDigest(id: typeof first, format: string): Promise<string> {
  return createHash("sha512").update(await readFile(await project.store.open(id, `formats/${format}`, `tiny-${id.version}.${format}`))).digest("hex");
}

test("one up registers the release in both regions, as each wants it, and shares it with the other project, which has accepted it", async () => {
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  const [north, south] = [(await imagesOf("north"))["tiny-2026.1101.1"]!, (await imagesOf("south"))["tiny-2026.1101.1"]!];
  expect(north).toMatchObject({
    status: "active", visibility: "shared", protected: true, os_hidden: false, disk_format: "qcow2", container_format: "bare", min_disk: 1, tags: ["golden"],
    os_hash_algo: "sha512", os_hash_value: await sealedDigest(first, "qcow2"), os_distro: "debian", os_version: "12", architecture: "x86_64", hw_disk_bus: "scsi",
    imagefleet_image: "tiny", imagefleet_version: first.version, imagefleet_key: keyOf(first), imagefleet_stack: "imagefleet/test", imagefleet_channel: "latest",
    imagefleet_seal: "images/tiny/2026.1101.1/formats/qcow2/SHA256SUMS.asc",
  });
  expect(south).toMatchObject({ status: "active", visibility: "community", protected: false, disk_format: "raw", os_hash_value: await sealedDigest(first, "raw") });
  expect(await openstack.glance("north", "factory").members(north.id)).toMatchObject([{ member_id: openstack.projectIds.team, status: "accepted" }]);
  const seen = await openstack.glance("north", "team").list({ visibility: "shared" });
  expect(seen.map(({ id }) => id)).toEqual([north.id]);
});

test("a second up changes nothing, and nothing has drifted", async () => {
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
  const again = await project.up();
  expect(again.exitCode, again.text).toBe(0);
  expect(again.text).not.toMatch(/\b[1-9]\d* (created|updated|deleted|replaced)/);
});

test("state holds no password and no path of this machine", async () => {
  const state = (await project.pulumi("stack", "export")).text;
  expect(state).not.toContain("password-of");
  expect(state).not.toContain(project.dir);
  expect(state).not.toContain(process.env["HOME"]! + "/");
});

test("a state that was lost is found again by name, key and owner: nothing is sent a second time", async () => {
  const before = [await imagesOf("north"), await imagesOf("south")];
  await rm(project.path("state"), { recursive: true });
  await mkdir(project.path("state"));
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  const after = [await imagesOf("north"), await imagesOf("south")];
  const ids = (regions: Record<string, GlanceImage>[]) => regions.flatMap((images) => Object.values(images).map(({ id, created_at: created }) => [id, created]));
  expect(ids(after)).toEqual(ids(before));
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
});

test("what somebody changed or deleted is seen by a drift run and put right by the next up", async () => {
  const glance = openstack.glance("north", "factory");
  const { [`tiny-${first.version}`]: image } = await imagesOf("north");
  await glance.set(image!.id, { visibility: "private", hw_vif_model: "e1000", os_distro: "windows", protected: false });
  const [south] = Object.values(await imagesOf("south"));
  await openstack.glance("south", "factory").delete(south!.id);
  const drift = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(drift.exitCode, drift.text).not.toBe(0);
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  const mended = (await imagesOf("north"))[`tiny-${first.version}`]!;
  expect(mended).toMatchObject({ id: image!.id, visibility: "shared", os_distro: "debian", protected: true });
  expect(mended).not.toHaveProperty("hw_vif_model");
  expect(await glance.members(mended.id)).toMatchObject([{ member_id: openstack.projectIds.team, status: "accepted" }]);
  expect((await imagesOf("south"))[`tiny-${first.version}`]).toMatchObject({ status: "active", os_hash_value: await sealedDigest(first, "raw") });
});

test("a newer release is registered beside the older one, which stays for those who name it, hidden and in no channel", async () => {
  await storeRealRelease(project.store, second, ["qcow2", "raw"]);
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  for (const region of ["north", "south"]) {
    const { [`tiny-${first.version}`]: old, [`tiny-${second.version}`]: latest } = await imagesOf(region);
    expect(old, region).toMatchObject({ os_hidden: true, status: "active", protected: region === "north" });
    expect(old, region).not.toHaveProperty("imagefleet_channel");
    expect(latest, region).toMatchObject({ os_hidden: false, imagefleet_channel: "latest" });
  }
});

test("a release that leaves the plan is deleted although it was protected, and a visibility that changes takes its members with it", async () => {
  const { images, ...config } = fleet({ visibility: "private", members: [] });
  await project.configure({ ...config, images: { tiny: { ...(images as { tiny: object }).tiny, retain: 0 } } });
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  for (const region of ["north", "south"]) expect(Object.keys(await imagesOf(region)), region).toEqual([`tiny-${second.version}`]);
  expect((await imagesOf("north"))[`tiny-${second.version}`]).toMatchObject({ visibility: "private", protected: true });
  expect(await openstack.glance("north", "team").list({ visibility: "shared" })).toEqual([]);
});

test("destroy removes all of it, protected or not", async () => {
  const down = await project.pulumi("destroy", "--yes");
  expect(down.exitCode, down.text).toBe(0);
  for (const region of ["north", "south"]) expect(await imagesOf(region), region).toEqual({});
});
