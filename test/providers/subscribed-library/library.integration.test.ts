import { createServer, type AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { provider } from "#providers/subscribed-library/provider";
import type { SubscribedInputs, SubscribedOutputs } from "#providers/subscribed-library/inputs";
import { startVcsim, type Vcsim } from "../../servers/vcsim.ts";
import { uploadItem } from "../../servers/upload-item.ts";

const item = "tiny-2026.1101.1";
const description = "imagefleet images/test";

let vcsim: Vcsim;
let subscriptionUrl: string;
const lines: string[] = [];

beforeAll(async () => {
  vcsim = await startVcsim({ vcenters: [{ name: "vc-a" }, { name: "vc-b" }, { name: "vc-old", restOnly: true }] });
  await uploadItem(vcsim, "vc-a", await vcsim.createLibrary("vc-a", "imagefleet", { published: true }), item);
  subscriptionUrl = (await vcsim.libraries("vc-a"))[0]!.publish_info!.publish_url;
});
beforeEach(() => {
  for (const [name, value] of Object.entries(vcsim.env)) vi.stubEnv(name, value);
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  lines.length = 0;
  for (const vcenter of ["vc-b", "vc-old"]) for (const { id } of await vcsim.libraries(vcenter)) await vcsim.deleteLibrary(vcenter, id);
});
afterAll(() => vcsim.stop());

function inputs(change: Partial<SubscribedInputs> = {}, vcenter = "vc-b"): SubscribedInputs {
  const { server, thumbprint, credentials, datacenter, datastore } = vcsim.vcenter(vcenter);
  const { server: from, thumbprint: pinned } = vcsim.vcenter("vc-a");
  return { site: "corp", vcenter, server, thumbprint, credentials, library: "imagefleet", description, datacenter, datastore, download: "immediate", subscriptionUrl, publisher: { vcenter: "vc-a", server: from, thumbprint: pinned }, ...change };
}

async function create(change: Partial<SubscribedInputs> = {}, vcenter?: string): Promise<SubscribedOutputs> {
  const { id, outs } = await provider.create(inputs(change, vcenter));
  expect(id).toBe(outs!.libraryId);
  return outs!;
}

async function seen(outs: SubscribedOutputs): Promise<string> {
  const { id, props } = await provider.read(outs.libraryId, outs);
  expect(id).toBe(outs.libraryId);
  return props!.state;
}

function subscriptionOf(vcenter: string, id: string): Promise<Record<string, unknown>> {
  return vcsim.rest<{ subscription_info: Record<string, unknown> }>(vcenter, "GET", `com/vmware/content/library/id:${id}`).then((library) => library.subscription_info);
}

const patch = (id: string, change: object) => vcsim.rest("vc-b", "PATCH", `com/vmware/content/subscribed-library/id:${id}`, { update_spec: change });

test.for(["vc-b", "vc-old"])("a library that trusts its publisher's pinned certificate is made and pulls, on %s", async (vcenter) => {
  const outs = await create({}, vcenter);
  expect(await subscriptionOf(vcenter, outs.libraryId)).toMatchObject({ authentication_method: "NONE", automatic_sync_enabled: false, on_demand: false, subscription_url: subscriptionUrl, ssl_thumbprint: outs.sslThumbprint });
  expect(outs.sslThumbprint).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
  expect((await vcsim.items(vcenter)).map(({ name, cached }) => ({ name, cached }))).toEqual([{ name: item, cached: true }]);
  expect(await seen(outs)).toBe("correct");
  expect(await provider.diff(outs.libraryId, outs, inputs({}, vcenter))).toMatchObject({ changes: false, replaces: [] });
  await provider.delete(outs.libraryId, outs);
  await provider.delete(outs.libraryId, outs);
  expect(await vcsim.libraries(vcenter)).toEqual([]);
});

test("a publisher that shows another certificate than the pinned one is not subscribed to", async () => {
  const { vcenter, server } = inputs().publisher;
  await expect(create({ publisher: { vcenter, server, thumbprint: "ab".repeat(32) } })).rejects.toThrow(/^cannot trust the vCenter \(corp\/vc-a, .* is pinned/);
  expect(await vcsim.libraries("vc-b")).toEqual([]);
});

test("what a run made that lost its state is taken over, and changed to what it is to be", async () => {
  const first = await create({ download: "on-demand" });
  const again = await create();
  expect(again.libraryId).toBe(first.libraryId);
  expect(lines).toEqual([expect.stringMatching(/^\[corp\/vc-b\] took over the content library imagefleet /)]);
  expect(await subscriptionOf("vc-b", first.libraryId)).toMatchObject({ on_demand: false });
});

test("a library that is not the stack's is refused, and left", async () => {
  const id = await vcsim.createLibrary("vc-b", "imagefleet");
  await expect(create()).rejects.toThrow(`there is one (${id}) that is not of this stack: its description is ""`);
  expect(await vcsim.libraries("vc-b")).toHaveLength(1);
});

test("a datastore that is not there is named", async () => {
  await expect(create({ datastore: "none" })).rejects.toThrow(/there is no datastore none in the datacenter DC0.*\n.*correct datacenter or datastore of corp\/vc-b/);
});

test("what is configured anew is changed in place", async () => {
  const olds = await create();
  const news = inputs({ download: "on-demand", library: "renamed" });
  expect(await provider.diff(olds.libraryId, olds, news)).toMatchObject({ changes: true, replaces: [] });
  const { outs } = await provider.update(olds.libraryId, olds, news);
  expect(await vcsim.libraries("vc-b")).toEqual([expect.objectContaining({ id: olds.libraryId, name: "renamed" })]);
  expect(await subscriptionOf("vc-b", olds.libraryId)).toMatchObject({ on_demand: true });
  expect(await seen(outs!)).toBe("correct");
});

test("a publisher that is no longer pinned costs another library: a vCenter cannot be told to forget", async () => {
  const olds = await create();
  const { vcenter, server } = inputs().publisher;
  expect(await provider.diff(olds.libraryId, olds, inputs({ publisher: { vcenter, server } }))).toMatchObject({ changes: true, replaces: ["publisher"], deleteBeforeReplace: true });
});

test("what somebody changed is named by a refresh and mended by the next update", async () => {
  const outs = await create();
  await patch(outs.libraryId, { name: "mine", description: "mine", subscription_info: { on_demand: true, automatic_sync_enabled: true, ssl_thumbprint: "" } });
  const state = await seen(outs);
  expect(state).toBe('incorrect: called mine here, its description is "mine", it copies on demand, it syncs by itself');
  expect(await provider.diff(outs.libraryId, { ...outs, state }, inputs())).toMatchObject({ changes: true, replaces: [] });
  await provider.update(outs.libraryId, outs, inputs());
  expect(await seen(outs)).toBe("correct");
  expect(await subscriptionOf("vc-b", outs.libraryId)).toMatchObject({ ssl_thumbprint: outs.sslThumbprint });
});

test("a library that is gone is made again, and nothing of a vCenter that does not answer is forgotten", async () => {
  const outs = await create();
  await vcsim.deleteLibrary("vc-b", outs.libraryId);
  expect(await provider.read(outs.libraryId, outs)).toMatchObject({ id: "" });
  await expect(provider.update(outs.libraryId, outs, inputs())).rejects.toThrow("there is no such library");
  const server = createServer((socket) => void socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const away = { ...outs, server: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  expect(await seen(away)).toMatch(/^unreachable: /);
  await expect(provider.delete(away.libraryId, away)).rejects.toThrow();
  server.close();
});

test("a library whose description somebody changed is somebody's: it is left", async () => {
  const outs = await create();
  await patch(outs.libraryId, { description: "mine" });
  await provider.delete(outs.libraryId, outs);
  expect(await vcsim.libraries("vc-b")).toHaveLength(1);
  expect(lines.join()).toContain("was left: its description is \"mine\"");
});
