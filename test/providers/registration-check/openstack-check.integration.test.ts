import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { dynamic } from "@pulumi/pulumi";
import { openStore } from "#store/open";
import { createKeyFile } from "#providers/seal/create-key-file";
import { compactExpectation, type Expectation } from "#providers/registration-check/openstack/expectation";
import { forgetListings } from "#providers/registration-check/openstack/listing";
import type { CheckOutputs, KeptInputs } from "#providers/registration-check/inputs";
import { provider } from "#providers/registration-check/provider";
import { listImages } from "#providers/shared/openstack/glance";
import { openCloud } from "#providers/shared/openstack/open-cloud";
import { probeOpenstack } from "#providers/shared/openstack/probe";
import { startFaultProxy, type FaultProxy } from "../../servers/fault-proxy.ts";
import type { GlanceClient } from "../../servers/openstack/glance-client.ts";
import { startOpenstack, type Openstack } from "../../servers/openstack/start-openstack.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";

const release = { image: "tiny", version: "2026.1101.1" };
const name = "tiny-2026.1101.1";
const id = "north/tiny@2026.1101.1/qcow2";

let dir: string;
let openstack: Openstack;
let proxy: FaultProxy;
let glance: GlanceClient;
let bytes: Buffer;
let sha256: string;
const said: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-check-"));
  await createKeyFile(join(dir, "key.asc"));
  openstack = await startOpenstack({ regions: ["north"], log: () => {}, glanceEndpoint: async (_, url) => (proxy = await startFaultProxy(url)).url });
  const environment = { IMAGEFLEET_SIGNING_KEY_FILE: join(dir, "key.asc"), IMAGEFLEET_STORE: join(dir, "store"), XDG_CACHE_HOME: join(dir, "cache"), IMAGEFLEET_RUN: "check-test", OS_PASSWORD: "password-of-factory", ...(await openstack.cloudsYaml(join(dir, "clouds"))).env };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  glance = openstack.glance("north", "factory");
  const store = openStore(join(dir, "store"));
  const [record] = await storeRealRelease(store, release, ["qcow2"]);
  ({ sha256 } = record!.artifact);
  bytes = await readFile(await store.open(release, "formats/qcow2", record!.artifact.name));
  const config: Record<string, unknown> = { build: "never", images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["north"] } }, sites: { north: { kind: "openstack", cloud: "factory", region: "north", stuckAfter: 1 } } };
  provider.configure({ config: { get: (key: string) => JSON.stringify(config[key.slice("imagefleet:".length)])?.replace(/^"|"$/g, "") } } as unknown as dynamic.ConfigureRequest);
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all([openstack?.stop(), proxy?.close()]);
  await rm(join(".imagefleet", "again-check-test"), { force: true });
  await rm(dir, { recursive: true, force: true });
});

const owned = { imagefleet_stack: "imagefleet/test", imagefleet_key: keyOf(release), os_distro: "debian", hw_disk_bus: "scsi" };
const wanted: Expectation = { visibility: "private", hidden: false, protected: false, tags: [], members: [], properties: owned };
let image: string;

beforeEach(() => {
  forgetListings();
  said.length = 0;
});
afterEach(async () => {
  proxy.heal();
  await glance.set(image, { protected: false }).catch(() => {});
  await glance.delete(image).catch(() => {});
});

async function uploaded(content: Buffer | undefined, settings: Record<string, unknown> = {}): Promise<string> {
  ({ id: image } = await glance.create({ name, visibility: "private", ...owned, ...settings }));
  if (content) await glance.upload(image, content);
  return image;
}

function inputs(expectation: Partial<Expectation> = {}, imageId = image): KeptInputs {
  return { of: id, where: "openstack\nfactory\nnorth", imageId, sha256: sha256.slice(0, 16), expected: compactExpectation({ ...wanted, ...expectation }) };
}

async function look(outs: CheckOutputs): Promise<string> {
  forgetListings();
  return (await provider.read(id, outs)).props!.state;
}

function askedAgain(): Promise<boolean> {
  return readdir(".imagefleet").then((names) => names.includes("again-check-test"), () => false);
}

test("the right bytes and settings are correct, and stay so without a request for each image", async () => {
  await uploaded(bytes);
  const { outs } = await provider.create(inputs());
  expect(outs).toMatchObject({ state: "correct", hash: expect.stringMatching(/^sha512:[0-9a-f]{24}$/) as string });
  proxy.reset();
  forgetListings();
  const states = await Promise.all(Array.from({ length: 5 }, () => provider.read(id, outs!)));
  expect(states.map(({ props }) => props!.state)).toEqual(Array(5).fill("correct"));
  expect(proxy.count().requests).toBe(2); // the hidden and the others
  expect(await provider.diff(id, outs!, inputs())).toEqual({ changes: false });
});

test("bytes that are not the sealed ones: the image is deleted, and one more run asked for", async () => {
  const wrong = Buffer.from(bytes);
  wrong[wrong.length - 1]! ^= 1;
  await uploaded(wrong, { protected: true });
  await expect(provider.create(inputs())).rejects.toThrow(/the bytes in Glance are not those of the sealed qcow2: sha512 [0-9a-f]{16}\.\.\., not .*; the image .* was deleted\n.*npm run up/);
  await expect(glance.get(image)).rejects.toThrow("404");
  expect(await askedAgain()).toBe(true);
});

test("an image that is shorter than the sealed artifact is deleted", async () => {
  await uploaded(bytes.subarray(0, bytes.length - 512));
  await expect(provider.create(inputs())).rejects.toThrow(`Glance has ${bytes.length - 512} bytes, the sealed qcow2 has ${bytes.length}`);
  await expect(glance.get(image)).rejects.toThrow("404");
});

test("an image that waits for an uploader who is dead is deleted at once; one whose bytes are on their way is waited for", async () => {
  await uploaded(undefined);
  await expect(provider.create(inputs())).rejects.toThrow(/has been queued for \d+ s and nobody sends it bytes; it was deleted/);
  await expect(glance.get(image)).rejects.toThrow("404");
  await uploaded(undefined);
  const rest = async function* () { yield bytes.subarray(0, 1000); await sleep(4_000); yield bytes.subarray(1000); };
  const upload = glance.upload(image, Readable.from(rest()));
  await vi.waitFor(async () => expect((await glance.get(image)).status).toBe("saving"));
  expect((await provider.create(inputs())).outs).toMatchObject({ state: "correct" });
  await upload;
  expect(said.join("\n")).toMatch(/saving for \d+ s; waiting/);
});

test("what the official resource cannot see is seen by a refresh and put right by the update: properties, members, the system's name, visibility, name, protection", async () => {
  await uploaded(bytes, { visibility: "shared", tags: ["golden"] });
  const { team, team2 } = openstack.projectIds;
  await glance.addMember(image, team);
  const expected = { visibility: "shared", protected: true, tags: ["golden"], members: [team] };
  const { outs } = await provider.create(inputs(expected));
  expect(await look(outs!)).toBe("correct");
  expect((await glance.get(image)).protected).toBe(true);

  await glance.addMember(image, team2);
  await glance.set(image, { backdoor: "yes", os_distro: "ubuntu" });
  const state = await look(outs!);
  const faults = ["property backdoor added", "property os_distro changed", `shared with the project ${team2}, which is no member in the configuration`];
  expect(state.replace("incorrect: ", "").split("; ").sort()).toEqual(faults);
  expect(await provider.diff(id, { ...outs!, state }, inputs(expected))).toEqual({ changes: true });
  await provider.update(id, { ...outs!, state }, inputs(expected));
  const mended = await glance.get(image);
  expect(mended["os_distro"]).toBe("debian");
  expect(mended).not.toHaveProperty("backdoor");
  expect(await glance.members(image)).toMatchObject([{ member_id: team }]);

  await glance.set(image, { visibility: "community", name: "renamed", protected: false, os_hidden: true, tags: [] });
  expect(await look(outs!)).toBe("incorrect: name is renamed, not tiny-2026.1101.1; visibility is community, not shared; hidden; not protected");
  await provider.update(id, { ...outs!, state: "incorrect" }, inputs(expected));
  expect(await glance.get(image)).toMatchObject({ name, visibility: "shared", protected: true, os_hidden: false, tags: ["golden"] });
  expect(await look(outs!)).toBe("correct");

  await provider.delete(id, outs!);
  expect((await glance.get(image)).protected).toBe(false);
});

test("a declared property that only its own resource knows is named, not guessed", async () => {
  await uploaded(bytes, { hw_disk_bus: "ide" });
  await expect(provider.create(inputs())).rejects.toThrow(/check tiny@2026\.1101\.1 on north \(cloud factory, region north\): property hw_disk_bus changed\n.*npm run up/);
});

test("an image that is gone is missing, one that lost its owner tag is still found, and a second one of its name is unexpected", async () => {
  await uploaded(bytes);
  const { outs } = await provider.create(inputs());
  await glance.patch(image, [{ op: "remove", path: "/imagefleet_stack" }]);
  expect(await look(outs!)).toBe("incorrect: a declared property missing");
  await provider.update(id, outs!, inputs());
  const first = image;
  const second = await uploaded(bytes);
  expect(await look(outs!)).toBe(`unexpected: ${second} of the same name`);
  await expect(provider.update(id, { ...outs!, state: "unexpected: another" }, inputs({}, first))).rejects.toThrow(`there are other images named ${name}: ${second}; ours is ${first}\n  what to do: openstack image delete ${second}`);
  await glance.delete(first);
  expect(await look(outs!)).toBe("missing");
  expect(said.at(-1)).toBe("[north/tiny] 2026.1101.1 as qcow2 is missing");
});

test("a region that does not answer keeps the state, and says why once for all who ask", async () => {
  await uploaded(bytes);
  const { outs } = await provider.create(inputs());
  forgetListings();
  proxy.reset();
  proxy.fault({ path: /images\?/, times: 1000 }, { kind: "answer", status: 503, headers: { "retry-after": "0" }, body: "<h1>503</h1> busy" });
  const states = await Promise.all([provider.read(id, outs!), provider.read(id, outs!)]);
  expect(states[0].id).toBe(id);
  expect(states.map(({ props }) => props!.state)).toEqual(Array(2).fill(expect.stringMatching(/^unreachable: .*the image service answers 503: busy/)));
  expect(proxy.count().requests).toBe(5);
});

test("what can be asked twice is, until it is answered; Retry-After is honoured", async () => {
  await uploaded(bytes);
  const cloud = await openCloud("factory", "north", { answerMs: 1_000 });
  proxy.fault({ path: /images\?/ }, { kind: "answer", status: 503, headers: { "retry-after": "1" } });
  proxy.fault({ path: /images\?/ }, { kind: "hang" });
  proxy.fault({ path: /images\?/ }, { kind: "drop-reply" });
  const started = Date.now();
  const images = await listImages(cloud, { name, limit: "1" });
  expect(images.map((one) => one.id)).toEqual([image]);
  expect(Date.now() - started).toBeGreaterThan(2_000);
});

test("a listing follows its pages and holds hidden and community images", async () => {
  const others = await Promise.all([{ os_hidden: true }, { visibility: "community" }, {}].map((settings) => glance.create({ name: "paged", ...settings })));
  const cloud = await openCloud("factory", "north");
  const found = await listImages(cloud, { name: "paged", owner: await cloud.project(), limit: "1" });
  expect(found.map((one) => one.id).sort()).toEqual(others.map((one) => one.id).sort());
  await Promise.all(others.map((one) => glance.delete(one.id)));
});

test("a token that the service refuses is renewed", async () => {
  const cloud = await openCloud("factory", "north");
  await cloud.project();
  proxy.fault({}, { kind: "answer", status: 401 });
  await expect(listImages(cloud, { name: "none" })).resolves.toEqual([]);
  proxy.fault({ times: 10 }, { kind: "answer", status: 401 });
  await expect(listImages(cloud, { name: "none" })).rejects.toThrow(/list the images \(cloud factory, region north\): the image service answers 401/);
});

test("a site that cannot be reached, refuses the login or has no such region says so to the probe", async () => {
  await expect(probeOpenstack({ cloud: "factory", region: "north" })).resolves.toBeUndefined();
  await expect(probeOpenstack({ cloud: "factory", region: "west" })).rejects.toThrow(/its catalog has no public address of the image service in the region west; it has it in north\n.*imagefleet:sites/);
  await expect(probeOpenstack({ cloud: "absent" })).rejects.toThrow(/it has no entry absent/);
  vi.stubEnv("OS_PASSWORD", "wrong");
  await expect(probeOpenstack({ cloud: "factory", region: "north" })).rejects.toThrow(/log in \(cloud factory, region north\): Keystone refuses the credentials/);
  vi.stubEnv("OS_PASSWORD", "password-of-factory");
});
