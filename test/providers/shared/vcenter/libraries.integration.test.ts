import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openVcenter } from "#providers/shared/vcenter/open-vcenter";
import type { VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { startVcsim, type Vcsim } from "../../../servers/vcsim.ts";
import { addressOf } from "./address-of.ts";
import { tinyOva } from "./tiny-ova.ts";

let vcsim: Vcsim;
let dir: string;
let ova: Record<string, Buffer>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "vcenter-client-"));
  ova = await tinyOva(dir);
  vcsim = await startVcsim({ vcenters: [{ name: "publisher", checksums: true }, { name: "old", restOnly: true }, { name: "subscriber" }] });
  Object.assign(process.env, vcsim.env);
});

afterAll(async () => {
  await vcsim?.stop();
  await rm(dir, { recursive: true, force: true });
});

const opened: VcenterClient[] = [];
afterAll(async () => void (await Promise.all(opened.map((client) => client.close()))));

async function open(name: string): Promise<VcenterClient> {
  const client = await openVcenter(addressOf(vcsim, name));
  opened.push(client);
  return client;
}

beforeEach(async () => {
  for (const { name } of vcsim.vcenters) {
    await vcsim.clearFaults(name);
    for (const { id } of await vcsim.libraries(name)) await vcsim.deleteLibrary(name, id);
    await vcsim.resetCounters(name);
  }
});

describe.each(["publisher", "old"])("libraries and items of the %s vCenter", (name) => {
  test("a library is found by its exact name, with what is published", async () => {
    const id = await vcsim.createLibrary(name, "imagefleet", { published: true });
    await vcsim.createLibrary(name, "imagefleet-2");
    const client = await open(name);
    expect(await client.findLibrary("imagefleet")).toMatchObject({ id, name: "imagefleet", type: "LOCAL", publication: { published: true, url: expect.stringContaining(id) as string } });
    expect(await client.findLibrary("Imagefleet")).toBeUndefined();
    expect((await client.libraries()).map((one) => one.name).sort()).toEqual(["imagefleet", "imagefleet-2"]);
    await vcsim.createLibrary(name, "imagefleet");
    await expect(client.findLibrary("imagefleet")).rejects.toThrow("2 libraries have this name");
  });

  test("items come with their files, and what is deleted is gone", async () => {
    const library = await vcsim.createLibrary(name, "imagefleet");
    const id = await vcsim.uploadItem(name, library, { name: "debian-12-2026.1101.1", description: "ours", files: ova });
    await vcsim.createItem(name, library, "half");
    const client = await open(name);
    const [item, half] = (await client.itemsWithFiles(library)).sort((a, b) => a.name.localeCompare(b.name));
    expect(item).toMatchObject({ id, libraryId: library, name: "debian-12-2026.1101.1", description: "ours", cached: true });
    expect(item!.files.map((file) => file.name).sort()).toEqual(Object.keys(ova).sort());
    expect(half!.files).toEqual([]);
    await client.deleteItem(id);
    await client.deleteItem(id);
    expect(await client.item(id)).toBeUndefined();
    expect(await client.files(id)).toEqual([]);
    await client.deleteLibrary({ id: library, type: "LOCAL" });
    await client.deleteLibrary({ id: library, type: "LOCAL" });
    expect(await client.library(library)).toBeUndefined();
    expect(await client.items(library)).toEqual([]);
  });

  test("a session that ended in between is opened again, once for all requests", async () => {
    const library = await vcsim.createLibrary(name, "imagefleet");
    for (const item of ["a", "b", "c"]) await vcsim.createItem(name, library, item);
    const client = await open(name);
    await vcsim.expireSessions(name);
    await vcsim.resetCounters(name);
    expect(await Promise.all([client.items(library), client.items(library)])).toHaveLength(2);
    const { requests } = await vcsim.counters(name);
    const logins = Object.entries(requests).filter(([request]) => request.startsWith("POST") && request.endsWith("/session"));
    expect(logins.at(-1)?.[1]).toBe(1);
  });
});

test("a checksum is told where the server has one", async () => {
  const library = await vcsim.createLibrary("publisher", "imagefleet");
  const id = await vcsim.uploadItem("publisher", library, { name: "item", files: { "item.ovf": Buffer.from("text") } });
  const client = await open("publisher");
  expect((await client.files(id))[0]).toMatchObject({ name: "item.ovf", checksum: { algorithm: "SHA256", value: "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1" } });
});

describe.each([{ onDemand: false }, { onDemand: true }])("a library that is subscribed to another vCenter's, on demand: $onDemand", ({ onDemand }) => {
  test("holds what was there when it was made, and what comes later after a sync", async () => {
    const library = await vcsim.createLibrary("publisher", "imagefleet", { published: true });
    const first = await vcsim.uploadItem("publisher", library, { name: "first", files: ova });
    const { publication } = (await (await open("publisher")).library(library))!;
    const client = await open("subscriber");
    const subscribed = await vcsim.subscribe("subscriber", "imagefleet", publication!.url, { onDemand });
    expect(await client.library(subscribed)).toMatchObject({ type: "SUBSCRIBED", subscription: { onDemand, url: publication!.url } });
    await vcsim.uploadItem("publisher", library, { name: "second", files: ova });
    expect((await client.items(subscribed)).map(({ name, sourceId, cached }) => ({ name, sourceId, cached }))).toEqual([{ name: "first", sourceId: first, cached: !onDemand }]);

    await client.syncLibrary(subscribed);
    const items = await client.itemsWithFiles(subscribed);
    expect(items.map(({ name }) => name).sort()).toEqual(["first", "second"]);
    const disk = items[0]!.files.find(({ name }) => name.endsWith(".vmdk"))!;
    expect(disk.cached).toBe(!onDemand);
    expect(onDemand ? disk.size === 0 : disk.size! > 0).toBe(true);

    const before = (await vcsim.counters("subscriber")).pulledBytes;
    await client.syncLibrary(subscribed);
    expect((await vcsim.counters("subscriber")).pulledBytes).toBe(before);

    await client.syncItem(items[0]!.id, { content: true });
    expect(await client.item(items[0]!.id)).toMatchObject({ cached: true });
    await vcsim.deleteItem("publisher", first);
    await client.syncLibrary(subscribed);
    expect((await client.items(subscribed)).map(({ name }) => name)).toEqual(["second"]);
  });
});
