import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { startFaultProxy, type FaultProxy } from "../servers/fault-proxy.ts";
import type { GlanceClient, GlanceImage } from "../servers/openstack/glance-client.ts";
import { startOpenstack, type Openstack } from "../servers/openstack/start-openstack.ts";
import { storeRealRelease } from "../store/real-release.ts";
import { killTree } from "./kill-tree.ts";
import { Project } from "./project.ts";
import { configurationFault, linesOf, messageOf, transcript } from "./transcript.ts";
import { waitFor } from "./wait-for.ts";

/** A real Glance behind a proxy that spoils what passes, the real engine: steps of one story, in this order. */
const version = "2026.1101.1";
const images = ["one", "two", "three", "four", "five"];
const more = ["six", "seven"];

let dir: string;
let openstack: Openstack;
let proxy: FaultProxy;
let project: Project;
let glance: GlanceClient;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-openstack-faults-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  const log = () => {};
  const [plugins, started] = await Promise.all([ensureTestPlugins({ log }), startOpenstack({ regions: ["north"], log, glanceEndpoint: async (_, url) => (proxy = await startFaultProxy(url)).url })]);
  openstack = started;
  glance = openstack.glance("north", "factory");
  project = await Project.create(fleet(images));
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...(await openstack.cloudsYaml(project.dir)).env });
  await installPlugins(project.env["PULUMI_HOME"]!, plugins);
  for (const image of [...images, ...more]) await storeRealRelease(project.store, { image, version }, ["qcow2"]);
});
afterEach(() => proxy.heal());
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([openstack?.stop(), proxy?.close(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

function fleet(names: readonly string[]): Record<string, unknown> {
  return {
    build: "never",
    images: Object.fromEntries(names.map((name) => [name, { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["north"] }])),
    sites: { north: { kind: "openstack", cloud: "factory", region: "north", visibility: "shared", members: [{ project: openstack.projectIds.team }] } },
  };
}

async function byName(): Promise<Map<string, GlanceImage[]>> {
  const all = await Promise.all([glance.list({ visibility: "all" }), glance.list({ visibility: "all", os_hidden: true })]);
  return Map.groupBy(all.flat(), ({ name }) => name?.replace(`-${version}`, "") ?? "");
}

/** The status of the one image of each name. */
async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries([...(await byName())].map(([name, all]) => [name, all.map(({ status }) => status).join(" ")]));
}

function active(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, "active"]));
}

async function ids(names: readonly string[]): Promise<string[]> {
  const found = await byName();
  return names.map((name) => found.get(name)![0]!.id);
}

const upload = { method: "PUT", path: /\/file$/ };

test("an upload that is spoilt on its way is found by its hash, deleted and sent once more; those that fail otherwise fail alone", async () => {
  proxy.fault(upload, { kind: "flip", at: 60_000 });
  proxy.fault(upload, { kind: "answer", status: 500 });
  proxy.fault(upload, { kind: "cut", after: 30_000 });
  proxy.fault(upload, { kind: "answer", status: 401, after: 30_000 });
  const up = await project.up();
  expect(up.exitCode, up.text).not.toBe(0);
  expect(up.text).toMatch(/cannot check \w+@2026\.1101\.1 on north \(cloud factory, region north\): the bytes in Glance are not those of the sealed qcow2: sha512 .*; the image .* was deleted/);
  for (const failure of [/Internal Server Error/, /connection reset by peer|broken pipe|EOF/, /Successfully re-authenticated, but got error/]) expect(up.text).toMatch(failure);
  expect(up.text).toMatch(/cannot check \w+@2026\.1101\.1 on north .*: the image .* has been queued for \d+ s and nobody sends it bytes; it was deleted/);
  expect(Object.values(await statuses())).toEqual(["active", "active"]);
  await transcript("glance-wrong-bytes", anImage(messageOf(up.text, /the bytes in Glance are not those/)));
  await transcript("glance-upload-500", anImage(messageOf(up.text, /Internal Server Error/)));
  await transcript("glance-upload-401", anImage(messageOf(up.text, /Successfully re-authenticated/)));
  await transcript("glance-upload-gone", anImage(messageOf(up.text, /nobody sends it bytes/)));
});

test("the next up sends what was not taken in, and nothing twice", async () => {
  proxy.reset();
  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await statuses()).toEqual(active(images));
  expect(proxy.count(upload).requests).toBe(3);
  await expectNoDrift();
});

test("what a check adds to the state is at most 2 KB besides its provider's text", async () => {
  const { deployment } = JSON.parse((await project.pulumi("stack", "export")).text) as { deployment: { resources: { type: string }[] } };
  const checks = deployment.resources.filter(({ type }) => type.endsWith("RegistrationCheck"));
  // nor besides what the SDK writes of the place in our code that declared it
  const sizes = checks.map((check) => Buffer.byteLength(JSON.stringify(check, (key, value: unknown) => (["__provider", "sourcePosition", "stackTrace"].includes(key) ? undefined : value))));
  expect(sizes).toHaveLength(images.length);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(2048);
});

test("what was deleted, renamed, opened, added or taken away behind our back is seen, and put right by the next up", async () => {
  const [one, two, three, four, five] = await ids(images);
  const { team, team2 } = openstack.projectIds;
  await glance.delete(one!);
  await glance.set(two!, { name: "renamed" });
  await glance.set(three!, { visibility: "community", backdoor: "yes" });
  await glance.removeMember(four!, team);
  await glance.addMember(five!, team2);
  await glance.set(five!, { os_distro: "ubuntu" });

  const drift = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(drift.exitCode).not.toBe(0);
  for (const line of [
    "[north/one] 2026.1101.1 as qcow2 is missing",
    "[north/two] 2026.1101.1 as qcow2 is incorrect: name is renamed, not two-2026.1101.1",
    "[north/three] 2026.1101.1 as qcow2 is incorrect: visibility is community, not shared; property backdoor added",
    `[north/four] 2026.1101.1 as qcow2 is incorrect: not shared with the project ${team}`,
    `[north/five] 2026.1101.1 as qcow2 is incorrect: property os_distro changed; shared with the project ${team2}, which is no member in the configuration`,
  ]) expect(drift.text).toContain(line);
  await transcript("glance-drift", linesOf(drift.text, /^\[north\//));

  const up = await project.up();
  expect(up.exitCode, up.text).toBe(0);
  expect(await statuses()).toEqual(active(images));
  expect(await glance.get(three!)).toMatchObject({ visibility: "shared" });
  expect(await glance.get(three!)).not.toHaveProperty("backdoor");
  expect(await glance.get(five!)).toMatchObject({ os_distro: "debian" });
  for (const id of await ids(images)) expect((await glance.members(id)).map(({ member_id: project }) => project)).toEqual([team]);
  await expectNoDrift();
});

test("names that something else has taken are refused, all at once, and nothing is touched", async () => {
  const foreign = [await glance.create({ name: `six-${version}` }), await glance.create({ name: `seven-${version}`, imagefleet_stack: "imagefleet/other" })];
  await project.configure(fleet([...images, ...more]));
  const up = await project.up();
  expect(up.exitCode).not.toBe(0);
  expect(up.text).toContain(`the name six-${version} is taken by the image ${foreign[0]!.id}; it has no imagefleet_stack: imagefleet did not make it`);
  expect(up.text).toContain(`the name seven-${version} is taken by the image ${foreign[1]!.id}; it belongs to the stack imagefleet/other`);
  expect(await statuses()).toEqual({ ...active(images), six: "queued", seven: "queued" });
  await transcript("glance-name-taken", configurationFault(up.text));
  await Promise.all(foreign.map(({ id }) => glance.delete(id)));
});

test("a run that is killed between an upload and its record leaves images that the next one finds, and sends no byte twice", async () => {
  proxy.reset();
  const up = project.run("up");
  await waitFor(async () => (proxy.passed.filter(({ method, status }) => method === "PUT" && status === 204).length === more.length ? true : undefined), 60_000);
  await killTree(up.pid!);
  await up;
  const before = await ids(more);
  const again = await project.up();
  expect(again.exitCode, again.text).toBe(0);
  expect(await statuses()).toEqual(active([...images, ...more]));
  expect(await ids(more)).toEqual(before);
  expect(proxy.count(upload).requests).toBe(more.length);
  await expectNoDrift();
});

/** Which of the images meets which fault differs from run to run. */
function anImage(text: string): string {
  return text.replaceAll(new RegExp(`\\b(?:${images.join("|")})(?=[@-]${version})`, "g"), "debian-12");
}

async function expectNoDrift(): Promise<void> {
  const { exitCode, text } = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(exitCode, text).toBe(0);
}
