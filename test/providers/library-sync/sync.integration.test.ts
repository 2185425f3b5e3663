import { createServer, type AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SyncInputs, SyncOutputs } from "#providers/library-sync/inputs";
import { forgetListings, provider, sync } from "#providers/library-sync/provider";
import { startBoundary, type Boundary } from "./boundary.ts";

const [one, two, three] = ["tiny-2026.1015.1", "tiny-2026.1101.1", "small-2026.1101.1"] as const;

let boundary: Boundary;
const lines: string[] = [];

beforeEach(async () => {
  boundary = await startBoundary([one, two]);
  for (const [name, value] of Object.entries(boundary.vcsim.env)) vi.stubEnv(name, value);
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  lines.length = 0;
  forgetListings();
  await boundary.vcsim.stop();
});

/** What a refresh sees now, of a subscriber that was in step. */
async function seen(inputs: SyncInputs): Promise<string> {
  forgetListings();
  const outs: SyncOutputs = { ...inputs, state: "correct" };
  const { id, props } = await provider.read("corp/vc-b/sync", outs);
  expect(id).toBe("corp/vc-b/sync");
  expect(props).toEqual({ ...outs, state: expect.any(String) });
  return props!.state;
}

/** Syncs, and proves that a refresh then sees nothing to do. */
async function synced(inputs: SyncInputs): Promise<void> {
  forgetListings();
  const { outs } = await provider.update("corp/vc-b/sync", { ...inputs, state: "stale" }, inputs);
  expect(outs!.state).toBe("correct");
  expect(await seen(inputs)).toBe("correct");
}

test("a subscriber that holds what its publisher holds is correct, and asked for nothing", async () => {
  const inputs = boundary.inputs([one, two]);
  expect(await seen(inputs)).toBe("correct");
  await boundary.vcsim.resetCounters("vc-b");
  const { id, outs } = await provider.create(inputs);
  expect(id).toBe("corp/vc-b/sync");
  expect(outs).toEqual({ ...inputs, state: "correct" });
  expect((await boundary.vcsim.counters("vc-b")).pulledBytes).toBe(0);
});

test("a new item is named by a refresh and pulled by the next sync", async () => {
  await boundary.publish(three);
  const inputs = boundary.inputs([one, two, three]);
  expect(await seen(inputs)).toBe(`missing: ${three}`);
  expect(lines).toEqual([`[corp/vc-b] missing: ${three}`]);
  await synced(inputs);
  expect(await boundary.held()).toEqual([three, one, two].sort());
});

test("a stale item is named and synced on its own: the other's bytes do not move", async () => {
  const inputs = boundary.inputs([one, two]);
  await boundary.vcsim.rest("vc-b", "POST", `com/vmware/content/library/item/id:${await boundary.idOf("vc-b", two)}?~action=evict`);
  expect(await boundary.held()).toEqual([one, `${two}*`]);
  expect(await seen(inputs)).toBe(`incorrect: ${two} (${two}.ovf, ${two}.iso not copied)`);
  await boundary.vcsim.resetCounters("vc-b");
  await synced(inputs);
  const { requests } = await boundary.vcsim.counters("vc-b");
  expect(Object.keys(requests).filter((verb) => verb.includes("sync"))).toEqual([expect.stringContaining("subscribed-item")]);
  expect(await boundary.held()).toEqual([one, two]);
});

test("an item renamed out of band is seen and gets its name back", async () => {
  await boundary.vcsim.renameItem("vc-b", await boundary.idOf("vc-b", two), "mine");
  const inputs = boundary.inputs([one, two]);
  expect(await seen(inputs)).toBe(`incorrect: ${two} (called mine here)`);
  await synced(inputs);
});

test("a checksum that differs is seen where both vCenters report one", async () => {
  await boundary.vcsim.setChecksum("vc-a", await boundary.idOf("vc-a", two), `${two}.iso`, "ab".repeat(32));
  await boundary.vcsim.setChecksum("vc-b", await boundary.idOf("vc-b", two), `${two}.iso`, "cd".repeat(32));
  expect(await seen(boundary.inputs([one, two]))).toMatch(new RegExp(`^incorrect: ${two} \\(${two}\\.iso has another SHA-?256\\)$`));
});

test("an item that a publisher gave up is unexpected on its subscribers, until they are synced", async () => {
  await boundary.vcsim.deleteItem("vc-a", await boundary.idOf("vc-a", one));
  const inputs = boundary.inputs([two]);
  expect(await seen(inputs)).toBe(`unexpected: ${one} (the publisher does not have it)`);
  await synced(inputs);
  expect(await boundary.held()).toEqual([two]);
});

test("an item that the publisher lost is named, no sync pretends, and its successor is pulled", async () => {
  await boundary.vcsim.deleteItem("vc-a", await boundary.idOf("vc-a", two));
  const inputs = boundary.inputs([one, two]);
  expect(await seen(inputs)).toBe(`missing: ${two} (the publisher does not have it)`);
  await expect(sync(inputs)).rejects.toThrow(/^cannot sync corp\/vc-b with vc-a \(127\.0\.0\.1:\d+\): missing: tiny-2026\.1101\.1 \(the publisher does not have it\)\n {2}what to do: npm run up, without --no-refresh/);
  expect(await boundary.held()).toEqual([one, two]);
  await boundary.publish(two);
  expect(await seen(inputs)).toBe(`incorrect: ${two} (a copy of an item that the publisher has replaced)`);
  await synced(inputs);
});

test("an upload to the publisher that was not finished is named", async () => {
  await boundary.vcsim.createItem("vc-a", boundary.published, three);
  const inputs = boundary.inputs([one, two, three]);
  expect(await seen(inputs)).toBe(`incorrect: ${three} (its upload to the publisher was not finished)`);
  await expect(sync(inputs)).rejects.toThrow(/its upload to the publisher was not finished\)\n {2}what to do: delete the item/);
});

test("a session that expires between two requests is renewed", async () => {
  await boundary.publish(three);
  const inputs = boundary.inputs([one, two, three]);
  for (const vcenter of ["vc-a", "vc-b"]) await boundary.vcsim.fault(vcenter, { kind: "expire-sessions", times: 3 });
  await synced(inputs);
});

test("a vCenter that does not answer is unreachable: nothing is thrown and nothing forgotten", async () => {
  const server = await closedPort();
  const inputs = boundary.inputs([one, two]);
  expect(await seen({ ...inputs, server })).toMatch(/^unreachable: vc-b \(127\.0\.0\.1:\d+\): .+/);
  expect(await seen({ ...inputs, publisher: { ...inputs.publisher, server } })).toMatch(/^unreachable: its publisher vc-a \(127\.0\.0\.1:\d+\): .+/);
  expect(await seen({ ...inputs, thumbprint: "ab".repeat(32) })).toMatch(/^unreachable: vc-b .*(certificate|fingerprint|thumbprint)/);
  await expect(sync({ ...inputs, server })).rejects.toThrow(/\n {2}what to do: /);
});

test("a library deleted out of band is missing, on either side", async () => {
  const inputs = boundary.inputs([one, two]);
  await boundary.vcsim.deleteLibrary("vc-b", boundary.subscribed);
  expect(await seen(inputs)).toBe("missing: the library of vc-b");
  await expect(sync(inputs)).rejects.toThrow(/there is no such library\n {2}what to do: npm run up/);
  const subscribed = await boundary.vcsim.subscribe("vc-b", "imagefleet", (await boundary.vcsim.libraries("vc-a"))[0]!.publish_info!.publish_url);
  await synced({ ...inputs, libraryId: subscribed });
  await boundary.vcsim.deleteLibrary("vc-a", boundary.published);
  expect(await seen({ ...inputs, libraryId: subscribed })).toBe("missing: the library of its publisher vc-a");
});

test("the subscribers of a publisher share one listing of it", async () => {
  const inputs = boundary.inputs([one, two]);
  forgetListings();
  await boundary.vcsim.resetCounters("vc-a");
  const reads = Array.from({ length: 38 }, (_, index) => provider.read(`corp/vc-${index}/sync`, { ...inputs, state: "correct" }));
  for (const { props } of await Promise.all(reads)) expect(props!.state).toBe("correct");
  const { requests } = await boundary.vcsim.counters("vc-a");
  expect(Object.values(requests).reduce((sum, count) => sum + count, 0)).toBeLessThan(12);
}, 120_000);

/** `host:port` that nobody listens on. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}
