import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { OpenstackSite } from "#model/config/sites/openstack";
import type { Store } from "#store/store";
import type { Found, Search, WantedRegistration } from "#fleet/found/found";
import { findOpenstack } from "#fleet/found/openstack";
import { startFaultProxy, type FaultProxy } from "../../servers/fault-proxy.ts";
import type { GlanceClient } from "../../servers/openstack/glance-client.ts";
import { startOpenstack, type Openstack } from "../../servers/openstack/start-openstack.ts";

const digest = "ab".repeat(32);
const bytes = Buffer.from("a disk");
const none = Buffer.alloc(0);
const wanted: WantedRegistration = { image: "tiny", version: "2026.1101.1", key: "cd".repeat(32), format: "raw", sha256: digest, bytes: bytes.length };
const registration = "north/tiny@2026.1101.1/raw";
const named = { name: "tiny-2026.1101.1", visibility: "private" };

let dir: string;
let openstack: Openstack;
let proxy: FaultProxy;
let glance: GlanceClient;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-found-"));
  openstack = await startOpenstack({ regions: ["north"], log: () => {}, glanceEndpoint: async (_, url) => (proxy = await startFaultProxy(url)).url });
  glance = openstack.glance("north", "factory");
  // an engine whose state is what a file says
  await mkdir(join(dir, "bin"));
  await writeFile(join(dir, "bin/pulumi"), `#!/bin/sh\ntest "$1 $2" = "stack export" && cat "${dir}/$4.json"\n`);
  await chmod(join(dir, "bin/pulumi"), 0o755);
  const environment = { PATH: join(dir, "bin") + delimiter + process.env["PATH"]!, XDG_CACHE_HOME: join(dir, "cache"), OS_PASSWORD: "password-of-factory", ...(await openstack.cloudsYaml(join(dir, "clouds"))).env };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([openstack?.stop(), proxy?.close()]);
  await rm(dir, { recursive: true, force: true });
});

const made: string[] = [];
afterEach(async () => {
  proxy.heal();
  for (const id of made.splice(0)) await glance.delete(id).catch(() => {});
});

async function image(stack: string, settings: Record<string, unknown> = {}, content: Buffer = bytes): Promise<string> {
  const { id } = await glance.create({ ...named, imagefleet_stack: `imagefleet/${stack}`, imagefleet_key: wanted.key, imagefleet_sha256: digest, ...settings });
  made.push(id);
  if (content.length > 0) await glance.upload(id, content);
  return id;
}

const said: string[] = [];
const site: OpenstackSite = { kind: "openstack", name: "north", cloud: "factory", region: "north", format: "raw", visibility: "private", members: [], properties: {}, tags: [], protected: false, wholeDisk: false, stuckAfter: 1 };

/** @param state Ids that the stack's state has; where it is not given, asking for it fails. */
async function find(stack: string, { state, mayChange = true, ...more }: { state?: string[]; mayChange?: boolean } & Partial<OpenstackSite> = {}): Promise<Found> {
  said.length = 0;
  if (state) await writeFile(join(dir, `${stack}.json`), JSON.stringify({ version: 3, deployment: { resources: state.map((id) => ({ urn: `urn:${id}`, type: "openstack:images/image:Image", id })) } }));
  const search: Search = { project: "imagefleet", stack, store: undefined as unknown as Store, mayChange, unreachable: new Set(), log: (line) => said.push(line) };
  return findOpenstack({ ...site, ...more }, [wanted, { ...wanted, version: "2026.1101.2" }], search);
}

test("an image of ours is found by one listing, hidden or not, with the members that it has", async () => {
  const id = await image("found", { os_hidden: true, visibility: "shared" });
  await glance.addMember(id, openstack.projectIds.team);
  proxy.reset();
  const members = [{ project: openstack.projectIds.team }, { project: openstack.projectIds.team2 }];
  expect(await find("found", { visibility: "shared", members })).toEqual({ ids: { [registration]: id, [`${registration}/member/${openstack.projectIds.team}`]: `${id}/${openstack.projectIds.team}` }, refusals: [], unreachable: [] });
  expect(proxy.count().requests).toBe(3);
});

test("one that is to be shared and is not any more is shared again, in an update, since its members come back with it", async () => {
  const { team } = openstack.projectIds;
  const id = await image("unshared", { visibility: "shared" });
  await glance.addMember(id, team);
  await glance.set(id, { visibility: "community" });
  const shared = { visibility: "shared", members: [{ project: team }] } as const;
  expect((await find("unshared", { ...shared, mayChange: false })).ids).toEqual({ [registration]: id });
  expect((await find("unshared", shared)).ids).toEqual({ [registration]: id, [`${registration}/member/${team}`]: `${id}/${team}` });
  expect(said).toEqual([`[north/tiny] 2026.1101.1: the image ${id} is shared again; it was community`]);
});

test.each([
  ["made by others", { imagefleet_stack: undefined }, /it has no imagefleet_stack: imagefleet did not make it/],
  ["of another stack", { imagefleet_stack: "imagefleet/other" }, /it belongs to the stack imagefleet\/other/],
  ["of another build", { imagefleet_key: "ef".repeat(32) }, /it is of another build: imagefleet_key is efefefefefefefef\.\.\., not cdcdcdcdcdcdcdcd\.\.\./],
  ["of another artifact", { imagefleet_sha256: "ef".repeat(32) }, /it is of another artifact/],
  ["of other bytes", { content: Buffer.from("other bytes") }, /its bytes are others: it has 11, the sealed raw has 6/],
])("an image of that name %s is refused and named, unless the state has it", async (what, { content = bytes, ...settings }: Record<string, unknown>, why) => {
  const stack = `refused-${what.replaceAll(" ", "-")}`;
  const id = await image(stack, settings, content as Buffer);
  const { ids, refusals } = await find(stack, { state: [] });
  expect(ids).toEqual({});
  expect(refusals).toEqual([{ path: "imagefleet:sites.north", problem: expect.stringMatching(why) as string, hint: `look at it, then delete or rename what nobody needs: openstack --os-cloud factory --os-region-name north image delete ${id}` }]);
  expect(refusals[0]!.problem).toMatch(`the name tiny-2026.1101.1 is taken by the image ${id}; `);
  const known = `${stack}-known`;
  if (settings["imagefleet_stack"] === undefined) await glance.set(id, { imagefleet_stack: `imagefleet/${known}` });
  expect((await find(known, { state: [id] })).ids).toEqual({ [registration]: id });
});

test("bytes whose digest this machine knows are compared", async () => {
  const id = await image("hashed");
  await mkdir(join(dir, "cache/imagefleet/digests/sha512"), { recursive: true });
  await writeFile(join(dir, "cache/imagefleet/digests/sha512", digest), "12".repeat(64));
  expect((await find("hashed", { state: [] })).refusals[0]!.problem).toContain("its bytes are others: sha512");
  await writeFile(join(dir, "cache/imagefleet/digests/sha512", digest), (await glance.get(id)).os_hash_value!);
  expect((await find("hashed")).ids).toEqual({ [registration]: id });
});

test("of several, the one in the state is ours; without it they are refused", async () => {
  const [one, two] = [await image("twins"), await image("twins")];
  expect((await find("twins", { state: [two] })).ids).toEqual({ [registration]: two });
  await Promise.all([one, two].map((id) => glance.set(id, { imagefleet_stack: "imagefleet/unknown-twins" })));
  const { refusals } = await find("unknown-twins", { state: [] });
  expect(refusals[0]!.problem).toMatch(/^2 images are named tiny-2026\.1101\.1, and the state has none of them: /);
});

test("one that a dead run left queued is deleted in an update, and left alone in a preview", async () => {
  const id = await image("queued", {}, none);
  expect((await find("queued", { mayChange: false, state: [] })).ids).toEqual({});
  expect((await glance.get(id)).status).toBe("queued");
  expect((await find("queued")).ids).toEqual({});
  expect(said).toEqual([`[north/tiny] 2026.1101.1: deleted the image ${id}, which a dead run left queued`]);
  await expect(glance.get(id)).rejects.toThrow("404");
});

test("one that is queued and that the state has is left to its check, which has it made again", async () => {
  const id = await image("stuck", {}, none);
  expect((await find("stuck", { state: [id] })).ids).toEqual({ [registration]: id });
  expect((await glance.get(id)).status).toBe("queued");
});

test("one whose bytes are still on their way is waited for", async () => {
  const id = await image("saving", {}, none);
  const slow = async function* () { yield bytes.subarray(0, 1); await sleep(2_500); yield bytes.subarray(1); };
  const upload = glance.upload(id, Readable.from(slow()));
  await vi.waitFor(async () => expect((await glance.get(id)).status).toBe("saving"));
  expect((await find("saving", { state: [] })).ids).toEqual({ [registration]: id });
  expect(said[0]).toBe(`[north/tiny] 2026.1101.1: the image ${id} is saving for 0 min; waiting, at most 1 min`);
  await upload;
});

test("a region that does not answer is named, and nothing else stops", async () => {
  proxy.fault({ times: 100 }, { kind: "answer", status: 500, headers: { "retry-after": "0" } });
  expect(await find("down")).toEqual({ ids: {}, refusals: [], unreachable: [{ place: "north", cause: "the image service answers 500" }] });
});
