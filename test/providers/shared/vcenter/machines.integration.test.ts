import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openVcenter } from "#providers/shared/vcenter/open-vcenter";
import type { PlacementNames, VcenterClient } from "#providers/shared/vcenter/vcenter-client";
import { startVcsim, type Vcsim } from "../../../servers/vcsim.ts";
import { addressOf } from "./address-of.ts";
import { tinyOva } from "./tiny-ova.ts";

let vcsim: Vcsim;
let dir: string;
let ova: Record<string, Buffer>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "vcenter-machines-"));
  ova = await tinyOva(dir);
  vcsim = await startVcsim({ vcenters: [{ name: "new", bootMs: 200 }, { name: "old", restOnly: true, bootMs: 200 }, { name: "mute", bootMs: -1, datastores: 2 }] });
  Object.assign(process.env, vcsim.env);
});

afterAll(async () => {
  await vcsim?.stop();
  await rm(dir, { recursive: true, force: true });
});

async function using<T>(name: string, work: (client: VcenterClient) => Promise<T>): Promise<T> {
  const client = await openVcenter(addressOf(vcsim, name));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function everything(name: string): Required<PlacementNames> {
  const { datacenter, resourcePool, folder, host, datastore, network } = vcsim.vcenter(name);
  return { datacenter, resourcePool, folder, host, datastore, network };
}

async function uploaded(name: string): Promise<string> {
  const library = await vcsim.createLibrary(name, "imagefleet");
  return vcsim.uploadItem(name, library, { name: "debian-12-2026.1101.1", files: ova });
}

describe.each(["new", "old"])("a VM on the %s vCenter", (name) => {
  test("is deployed from an item, runs, tells its address, and is deleted", async () => {
    const item = await uploaded(name);
    await using(name, async (client) => {
      const placement = await client.place(everything(name));
      const vm = await client.deploy(item, { name: "imagefleet-test", annotation: "a test", placement });
      expect(await client.findVms("imagefleet-test")).toEqual([{ id: vm, name: "imagefleet-test", power: "POWERED_OFF" }]);
      expect(await client.guest(vm)).toEqual({ toolsRunning: false });
      await client.powerOn(vm);
      await client.powerOn(vm);
      expect(await client.power(vm)).toBe("POWERED_ON");
      await expect.poll(() => client.guest(vm), { interval: 50 }).toMatchObject({ toolsRunning: true, address: expect.stringMatching(/^\d+\./) as string });
      await expect(client.deleteVm(vm)).rejects.toThrow(`delete VM ${vm}`);
      await client.powerOff(vm);
      await client.powerOff(vm);
      await client.deleteVm(vm);
      await client.deleteVm(vm);
      expect(await client.power(vm)).toBeUndefined();
      expect(await client.findVms("imagefleet-test")).toEqual([]);
    });
  });

  test("is put where paths say, too", async () => {
    const plain = await using(name, (client) => client.place({ datacenter: "DC0", resourcePool: "DC0_C0_RP1" }));
    const paths = { datacenter: "/DC0", resourcePool: "/DC0/host/DC0_C0/Resources/DC0_C0_RP1", datastore: "/DC0/datastore/LocalDS_0", folder: "vm" };
    expect(await using(name, (client) => client.place(paths))).toMatchObject(plain);
    const root = await using(name, (client) => client.place({ datacenter: "DC0", resourcePool: "DC0_C0/Resources" }));
    expect(root.resourcePool).not.toBe(plain.resourcePool);
  });

  test("is not put where nothing is", async () => {
    await using(name, async (client) => {
      await expect(client.place({ ...everything(name), network: "absent" })).rejects.toThrow(/cannot find network absent \(corp\/\w+, 127.*\): there is none of this name/);
      await expect(client.place({ ...everything(name), resourcePool: "absent/DC0_C0_RP1" })).rejects.toThrow("cannot find cluster absent");
      await expect(client.place({ ...everything(name), folder: "vm/absent" })).rejects.toThrow("cannot find folder absent");
    });
  });

  test("is not made of an item without a descriptor, and the server's own words say why", async () => {
    const item = await vcsim.createItem(name, await vcsim.createLibrary(name, "imagefleet"), "half");
    await using(name, async (client) => {
      const placement = await client.place({ datacenter: "DC0", resourcePool: "DC0_C0_RP1" });
      await expect(client.deploy(item, { name: "x", placement })).rejects.toThrow(new RegExp(`cannot deploy VM x from library item ${item} .*: (open|read) .*${item}`));
    });
  });
});

test("a guest whose tools never come is told so, and asked once", async () => {
  const item = await uploaded("mute");
  await using("mute", async (client) => {
    const vm = await client.deploy(item, { name: "mute", placement: await client.place({ ...everything("mute"), datastore: "LocalDS_1" }) });
    await client.powerOn(vm);
    await vcsim.resetCounters("mute");
    expect(await client.guest(vm)).toEqual({ toolsRunning: false });
    expect((await vcsim.counters("mute")).requests).toEqual({ "GET /api/vcenter/vm/{id}/tools": 1, "GET /api/vcenter/vm/{id}/guest/identity": 1 });
  });
});

test("what a library takes on demand is fetched when it is deployed", async () => {
  const source = await vcsim.createLibrary("new", "published", { published: true });
  await vcsim.uploadItem("new", source, { name: "debian-12-2026.1101.1", files: ova });
  const [published] = (await vcsim.libraries("new")).filter(({ id }) => id === source);
  const library = await vcsim.subscribe("old", "subscribed", published!.publish_info!.publish_url, { onDemand: true });
  await using("old", async (client) => {
    const [item] = await client.items(library);
    expect(item).toMatchObject({ cached: false });
    const vm = await client.deploy(item!.id, { name: "on-demand", placement: await client.place(everything("old")) });
    expect(await client.item(item!.id)).toMatchObject({ cached: true });
    await client.deleteVm(vm);
  });
});
