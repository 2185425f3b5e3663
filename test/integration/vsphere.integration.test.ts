import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKeyFile } from "#providers/seal/create-key-file";
import { ensureTestPlugins, installPlugins } from "../../tools/setup/test-plugins.ts";
import { startVcsim, type SimulatedVcenter, type Vcsim } from "../servers/vcsim.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { killTree } from "./kill-tree.ts";
import { Project } from "./project.ts";
import { configurationFault, linesOf, messageOf, transcript } from "./transcript.ts";
import { waitFor } from "./wait-for.ts";

/** A boundary of two generations of vCenters on the real engine. Steps of one story: they run in this order. */
const image = "tiny";
const formats = { hub: "ova", "hub-old": "ova-vmx-10-sha1" } as const;
const publishers = Object.keys(formats) as (keyof typeof formats)[];
const subscribers = { vc01: "hub", vc02: "hub", vc03: "hub-old" } as const;
const vcenters = [...publishers, ...(Object.keys(subscribers) as (keyof typeof subscribers)[])];

let vcsim: Vcsim;
let project: Project;
/** Bytes of a release's OVAs, by format. */
const sizes = new Map<string, number>();

beforeAll(async () => {
  vcsim = await startVcsim({ vcenters: vcenters.map((name) => ({ name })) });
  project = await Project.create(fleet());
  Object.assign(project.env, vcsim.env);
  await installPlugins(project.env["PULUMI_HOME"]!, await ensureTestPlugins({ log: () => {} }));
  const key = project.path(".imagefleet/signing-key.asc");
  await createKeyFile(key);
  process.env["IMAGEFLEET_SIGNING_KEY_FILE"] = key; // what seals the test's releases; the project's own processes have their configuration
  await release(1);
});
afterAll(async () => {
  delete process.env["IMAGEFLEET_SIGNING_KEY_FILE"];
  await project?.remove();
  await vcsim?.stop();
});

function fleet({ retain = 8, testDeploy }: { retain?: number; testDeploy?: object } = {}): Record<string, unknown> {
  return { build: "never", images: { [image]: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["corp"], retain } }, sites: { corp: { ...boundary(), ...(testDeploy && { testDeploy }) } } };
}

function boundary(): Record<string, unknown> {
  const settings = (name: string) => {
    const { server, thumbprint, credentials, datacenter, datastore }: SimulatedVcenter = vcsim.vcenter(name);
    return { name, server, thumbprint, credentials, datacenter, datastore };
  };
  const pulling = (publisher: string) => Object.keys(subscribers).filter((name) => subscribers[name as keyof typeof subscribers] === publisher);
  const subscriber = (name: string) => ({ ...settings(name), download: name === "vc02" ? "on-demand" : "immediate" });
  return { kind: "vsphere", publishers: publishers.map((name) => ({ ...settings(name), format: formats[name], subscribers: pulling(name).map(subscriber) })) };
}

const version = (serial: number) => `2026.1101.${serial}`;
const item = (serial: number) => `${image}-${version(serial)}`;

async function release(serial: number): Promise<void> {
  const records = await storeRealRelease(project.store, { image, version: version(serial) }, Object.values(formats));
  for (const { format, artifact: { bytes } } of records) sizes.set(`${serial}/${format}`, bytes);
}


async function itemsOf(vcenter: string): Promise<string[]> {
  return (await vcsim.items(vcenter)).map(({ name }) => name);
}

/** Every vCenter has exactly the items of these releases, whole where it copies at once. */
async function expectOnAll(...serials: number[]): Promise<void> {
  for (const name of vcenters) {
    const items = await vcsim.items(name, "imagefleet");
    expect(items.map((one) => one.name), name).toEqual(serials.map(item).sort());
    for (const one of items) expect(one.files.map((file) => file.name).sort(), name).toEqual([expect.stringMatching(/\.vmdk$/), expect.stringMatching(/\.ovf$/)].sort());
    if (name !== "vc02") for (const one of items) expect(one.cached, `${name} ${one.name}`).toBe(true);
  }
}

/** What crossed into the boundary since the counters were reset: to each publisher, the OVAs of these releases and no more. */
async function expectSent(...serials: number[]): Promise<void> {
  for (const name of vcenters) {
    const { uploads, uploadedBytes } = await vcsim.counters(name);
    const ova = serials.reduce((sum, serial) => sum + sizes.get(`${serial}/${formats[name as keyof typeof formats]}`)!, 0);
    if (name in subscribers || serials.length === 0) expect(uploads, name).toBe(0);
    else {
      expect(uploads, name).toBe(2 * serials.length); // descriptor and disk
      expect(uploadedBytes, name).toBeLessThanOrEqual(ova);
      expect(uploadedBytes, name).toBeGreaterThan(ova - 16 * 1024 * serials.length); // what the archive takes
    }
  }
}

async function resetCounters(): Promise<void> {
  await Promise.all(vcenters.map((name) => vcsim.resetCounters(name)));
}

async function upSucceeds(): Promise<string> {
  const { exitCode, text } = await project.up();
  expect(exitCode, text).toBe(0);
  return text;
}

/** What a drift run sees. */
async function drift(): Promise<string> {
  const result = await project.run("preview", ["--expect-no-changes"]);
  expect(result.exitCode, String(result.all)).not.toBe(0);
  return String(result.all);
}

async function expectNoDrift(): Promise<void> {
  const result = await project.run("preview", ["--expect-no-changes"]);
  expect(result.exitCode, String(result.all)).toBe(0);
}

describe("a boundary of vCenters", () => {
  test("one up sends an OVA once to each publisher, in its own format, and every subscriber has pulled it", async () => {
    await upSucceeds();
    await expectOnAll(1);
    await expectSent(1);
    const descriptions = (await Promise.all(publishers.map((name) => vcsim.items(name)))).flat().map(({ description }) => description);
    for (const text of descriptions) expect(text).toMatch(new RegExp(`^imagefleet imagefleet/test key:${keyOf({ image, version: version(1) })} sha256:[0-9a-f]{64}$`));
    const outputs = await project.pulumi("stack", "output", "--json");
    expect(JSON.parse(outputs.text)).toMatchObject({ images: { tiny: { sites: { corp: { ova: `imagefleet/${item(1)} on hub, vc01, vc02`, "ova-vmx-10-sha1": `imagefleet/${item(1)} on hub-old, vc03` } } } } });
  });

  test("a second up changes nothing and sends nothing, and no secret is in the state", async () => {
    await resetCounters();
    await expectNoDrift();
    await upSucceeds();
    await expectSent();
    const state = await project.read("state/.pulumi/stacks/imagefleet/test.json");
    for (const [name, value] of Object.entries(vcsim.env)) if (name.endsWith("_PASSWORD")) expect(state).not.toContain(value);
  });

  test("a new release is sent once and pulled everywhere, and the older one stays", async () => {
    await release(2);
    await upSucceeds();
    await expectOnAll(1, 2);
    await expectSent(2);
    await expectNoDrift();
  });

  test("a killed run's items are adopted as they are: no second upload, no duplicate", async () => {
    await release(3);
    await resetCounters();
    const up = project.run("up", [], { detached: true, env: { ...project.env, PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" } });
    await waitFor(async () => {
      const sent = await Promise.all(publishers.map((name) => vcsim.items(name)));
      return sent.every((items) => items.some(({ name, files }) => name === item(3) && files.length === 2)) || undefined;
    }, 60_000);
    await killTree(up.pid!);
    await up;
    await upSucceeds();
    await expectSent(3);
    await expectOnAll(1, 2, 3);
    await expectNoDrift();
  });
});

describe("what others do behind our backs is seen by a drift run, and repaired by the next up", () => {
  const deleteOne = async (vcenter: string, name: string) => vcsim.deleteItem(vcenter, (await vcsim.items(vcenter)).find((one) => one.name === name)!.id);
  const deleteLibrary = async (vcenter: string) => {
    const [library] = await vcsim.libraries(vcenter);
    await vcsim.deleteLibrary(vcenter, library!.id);
  };

  test("an item deleted at a publisher, one renamed at another, a copy missing at a subscriber", async () => {
    await deleteOne("hub", item(2));
    await vcsim.renameItem("hub-old", (await vcsim.items("hub-old"))[0]!.id, "renamed");
    await deleteOne("vc01", item(3));
    await resetCounters();
    const seen = await drift();
    expect(seen).toMatch(new RegExp(`ContentLibraryItem corp/hub/tiny@${version(2)}/ova .*create`));
    expect(seen).toMatch(new RegExp(`ContentLibraryItem corp/hub-old/tiny@${version(1)}/ova-vmx-10-sha1 .*replace`));
    expect(seen).toContain(`[corp/vc01] missing: ${item(2)} (the publisher does not have it), ${item(3)}`);
    await transcript("vcenter-drift", linesOf(seen, /^\[corp\//));
    await upSucceeds();
    await expectOnAll(1, 2, 3);
    expect((await vcsim.counters("hub")).uploads).toBe(2);
    expect((await vcsim.counters("hub-old")).uploads).toBe(2);
    await expectNoDrift();
  });

  test("libraries deleted: a subscriber's is pulled again, a publisher's is sent again", async () => {
    await deleteLibrary("vc01");
    await deleteLibrary("hub-old");
    await resetCounters();
    const seen = await drift();
    expect(seen).toMatch(/SubscribedLibrary corp\/vc01\/library .*create/);
    expect(seen).toMatch(/ContentLibrary corp\/hub-old\/library .*create/);
    await upSucceeds();
    await expectOnAll(1, 2, 3);
    expect((await vcsim.counters("hub")).uploads).toBe(0);
    expect((await vcsim.counters("hub-old")).uploads).toBe(6);
    await expectNoDrift();
  });
});

describe("what goes wrong on the way", () => {
  test("an upload that breaks, and one for which there is no space, fail alone; what they left is removed, and the items are sent again", async () => {
    await release(4);
    await vcsim.fault("hub", { kind: "upload-cut", file: ".vmdk", afterBytes: 1000, times: 1 });
    await vcsim.fault("hub-old", { kind: "datastore-full", file: ".vmdk", times: 1 });
    const broken = await project.up();
    expect(broken.exitCode).not.toBe(0);
    for (const name of publishers) expect(broken.text).toContain(`corp/${name}/${image}@${version(4)}/${formats[name]}`);
    // how a connection breaks is told in one of several ways
    await transcript("vcenter-upload-broken", messageOf(broken.text, /error while uploading the file .* Put "/).replace(/": .*$/, '": EOF'));
    await transcript("vcenter-datastore-full", messageOf(broken.text, /error while uploading the file .*500/));
    const mended = await upSucceeds();
    await transcript("vcenter-half-item", linesOf(mended, /^\[corp\/hub\] the upload of/));
    await transcript("vcenter-datastore-full-reason", linesOf(mended, /^\[corp\/hub-old\] the upload of/));
    expect(mended).toContain(`[corp/hub] the upload of ${item(4)} was not finished: removed, to be sent again`);
    expect(mended).toContain(`[corp/hub-old] the upload of ${item(4)} was not finished (Insufficient disk space on datastore 'LocalDS_0'): removed, to be sent again`);
    await expectOnAll(1, 2, 3, 4);
    await expectNoDrift();
  });

  test("a session that expires in mid-file costs that upload, which the next run makes again", async () => {
    await release(5);
    await vcsim.fault("hub", { kind: "upload-session-expires", file: ".vmdk", afterBytes: 1000, times: 1 });
    const expired = await project.up();
    expect(expired.exitCode).not.toBe(0);
    await transcript("vcenter-session-expired", messageOf(expired.text, /error while uploading the file .*401/));
    await upSucceeds();
    await expectOnAll(1, 2, 3, 4, 5);
  });

  test("items and libraries that are not the stack's are refused, all at once, before anything is declared", async () => {
    await release(6);
    const [hub] = await vcsim.libraries("hub");
    await vcsim.createItem("hub", hub!.id, item(6), "somebody's template");
    const [old] = await vcsim.libraries("hub-old");
    await vcsim.createItem("hub-old", old!.id, item(6), `imagefleet imagefleet/test key:${"a".repeat(64)} sha256:${"b".repeat(64)}`);
    const refused = await project.up();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.text).toContain("2 faults");
    expect(refused.text).toMatch(/publishers\[0\]\s+corp\/hub has an item imagefleet\/tiny-\S+ \(\S+\) that is not of the stack imagefleet\/test: its description is "somebody's template"/);
    expect(refused.text).toMatch(/publishers\[1\]\s+corp\/hub-old has an item imagefleet\/tiny-\S+ \(\S+\) of another build: its key is a+, not /);
    await transcript("vcenter-name-taken", configurationFault(refused.text));
    for (const [vcenter, library] of [["hub", hub], ["hub-old", old]] as const) {
      const [foreign] = (await vcsim.items(vcenter)).filter(({ name, library: within }) => name === item(6) && within === library!.name);
      await vcsim.deleteItem(vcenter, foreign!.id);
    }
    await upSucceeds();
    await expectOnAll(1, 2, 3, 4, 5, 6);
  });

  test("vCenters that do not answer, or refuse the login, are left out with what depends on them, and named; the others converge", async () => {
    await release(7);
    await vcsim.fault("hub-old", { kind: "reset" });
    const { VCSIM_VC02_PASSWORD: password } = project.env;
    project.env["VCSIM_VC02_PASSWORD"] = "wrong";
    const up = await project.up();
    expect(up.exitCode).not.toBe(0);
    expect(up.text).toMatch(/unreachable, left out of this run: corp\/hub-old \(/);
    expect(up.text).toMatch(/unreachable, left out of this run: corp\/vc02 \(/);
    expect(await itemsOf("hub")).toContain(item(7));
    expect(await itemsOf("vc01")).toContain(item(7));
    for (const name of ["vc02", "vc03"]) expect(await itemsOf(name), name).not.toContain(item(7));
    await vcsim.clearFaults("hub-old");
    project.env["VCSIM_VC02_PASSWORD"] = password;
    await upSucceeds();
    await expectOnAll(1, 2, 3, 4, 5, 6, 7);
    await expectNoDrift();
  });

  test("a release that leaves the configuration leaves the publishers, and then the subscribers", async () => {
    await project.configure(fleet({ retain: 1 }));
    expect(await upSucceeds()).toContain("[corp/vc01] unexpected: "); // the engine deletes last: subscribers learn of it from its second run
    await expectOnAll(6, 7);
    await expectNoDrift();
  });
});

test("the vCenter that is named deploys each current release as a VM, once, from its own library, and keeps none", async () => {
  const { resourcePool } = vcsim.vcenter("vc01");
  await project.configure(fleet({ testDeploy: { vcenter: "vc01", resourcePool } }));
  await resetCounters();
  const deployed = async () => {
    const { requests } = await vcsim.counters("vc01");
    return Object.entries(requests).filter(([name]) => name.includes("ovf/library-item") && name.endsWith("action=deploy")).reduce((sum, [, count]) => sum + count, 0);
  };
  await upSucceeds();
  expect(await deployed()).toBe(1);
  expect(await vcsim.rest("vc01", "GET", "vcenter/vm")).toEqual([]);
  await upSucceeds();
  expect(await deployed()).toBe(1);
});
