import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseConfig } from "#model/config/parse-config";
import { createKeyFile } from "#providers/seal/create-key-file";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { pointers } from "#providers/channel-flip/pointers/openstack";
import { openStore } from "#store/open";
import type { GlanceClient } from "../../servers/openstack/glance-client.ts";
import { startOpenstack, type Openstack } from "../../servers/openstack/start-openstack.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";

const image = "tiny";
const [older, newer] = ["2026.1101.1", "2026.1101.2"] as const;

let dir: string;
let openstack: Openstack;
let glance: GlanceClient;
let target: PointerTarget;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-flip-glance-"));
  openstack = await startOpenstack({ regions: ["north"], log: () => {} });
  await createKeyFile(join(dir, "key.asc"));
  const environment = { IMAGEFLEET_SIGNING_KEY_FILE: join(dir, "key.asc"), IMAGEFLEET_STORE: join(dir, "store"), XDG_CACHE_HOME: join(dir, "cache"), OS_PASSWORD: "password-of-factory", ...(await openstack.cloudsYaml(join(dir, "clouds"))).env };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  glance = openstack.glance("north", "factory");
  const store = openStore(join(dir, "store"));
  for (const version of [older, newer]) {
    const [record] = await storeRealRelease(store, { image, version }, ["qcow2"]);
    const { id } = await glance.create({ name: `${image}-${version}`, visibility: "private", disk_format: "qcow2", container_format: "bare", imagefleet_image: image, imagefleet_version: version, imagefleet_stack: "images/test", imagefleet_key: keyOf({ image, version }), imagefleet_sha256: record!.artifact.sha256 });
    await glance.upload(id, await readFile(await store.open({ image, version }, "formats/qcow2", record!.artifact.name)));
  }
  const { sites } = parseConfig({ build: "never", images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["north"] } }, sites: { north: { kind: "openstack", cloud: "factory", region: "north" } } });
  target = { site: sites["north"]!, channel: "stable", image, stack: "images/test", native: true };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await openstack?.stop();
  await rm(dir, { recursive: true, force: true });
});

const shown = async () => (await glance.list()).map(({ name }) => name);

test("a release that is there whole may be pointed at, another stack's or a missing one not", async () => {
  await pointers.verify(target, newer);
  await expect(pointers.verify({ ...target, stack: "images/other" }, newer)).rejects.toThrow("the image is missing");
});

test("of the site's own channel the release is the one that lists show; another channel only marks its own", async () => {
  const candidate = { ...target, channel: "candidate", native: false };
  expect(await pointers.read(target)).toEqual({});
  await pointers.move(target, older);
  await pointers.move(candidate, newer);
  expect([await pointers.read(target), await pointers.read(candidate), await shown()]).toEqual([{ version: older }, { version: newer }, [`${image}-${older}`]]);
  await pointers.move(target, newer);
  await pointers.move(target, newer);
  expect([await pointers.read(target), await pointers.read(candidate), await shown()]).toEqual([{ version: newer }, { version: newer }, [`${image}-${newer}`]]);
  const [hidden] = await glance.list({ os_hidden: true });
  await glance.set(hidden!.id, { os_hidden: false });
  expect(await pointers.read(target)).toEqual({ mixed: [newer, `${older} is shown`] });
  await pointers.move(target, undefined);
  expect([await pointers.read(target), (await shown()).sort()]).toEqual([{}, [`${image}-${older}`, `${image}-${newer}`]]);
});
