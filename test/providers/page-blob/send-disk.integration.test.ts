import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AzureClient, emptyVhd } from "../../servers/azure/fixture.ts";
import { startAzure, type Azure } from "../../servers/azure/start-azure.ts";
import type { Order, Report } from "./children/send.ts";

const MiB = 2 ** 20;
const put = { method: "PUT", path: /comp=page/ };

let dir: string;
let azure: Azure;
let client: AzureClient;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-page-blob-"));
  azure = await startAzure();
  client = new AzureClient(azure);
});
afterEach(() => {
  azure.blobs.heal();
  azure.blobs.reset();
  azure.allow("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write");
});
afterAll(async () => {
  await azure?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A sparse fixed VHD. @param data Offsets and lengths, in MiB, of what is random. */
async function disk(name: string, mebibytes: number, data: readonly (readonly [number, number])[]): Promise<Order> {
  const path = join(dir, name);
  const file = await open(path, "w");
  for (const [offset, length] of data) for (let at = 0; at < length; at += 8) await file.write(randomBytes(Math.min(8, length - at) * MiB), 0, undefined, (offset + at) * MiB);
  await file.write(emptyVhd(0), 0, 512, mebibytes * MiB);
  await file.close();
  const whole = mebibytes > 1024 ? Buffer.alloc(0) : await readFile(path);
  return {
    place: azure.site, name, path, owner: { key: "a".repeat(16), sha256: createHash("sha256").update(name).digest("hex").slice(0, 16), stack: "imagefleet/test" },
    md5: createHash("md5").update(whole).digest("hex"), journal: join(dir, `${name}.jsonl`), patience: { attemptMs: 2_000, firstWaitMs: 50, retries: 5 },
  };
}

function start(order: Order) {
  return execa(process.execPath, [new URL("./children/send.ts", import.meta.url).pathname, JSON.stringify(order)], { cwd: process.cwd(), env: azure.env, reject: false });
}

async function send(order: Order): Promise<Report> {
  const { stdout, stderr } = await start(order);
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

async function same(order: Order): Promise<boolean> {
  return (await azure.outOfBand.blob(azure.site.container, order.name))!.equals(await readFile(order.path));
}

test("sends what is not zeros and nothing else, each range with its MD5, and the whole has one; a second run sends nothing", async () => {
  const order = await disk("sparse.vhd", 512, [[0, 1], [100, 20], [511, 1]]);
  const file = await open(order.path, "r+");
  await file.write(Buffer.alloc(8 * MiB), 0, undefined, 300 * MiB); // written, and all zeros
  await file.close();
  const report = await send(order);
  expect(report).toMatchObject({ sent: 22 * MiB + 512, data: 22 * MiB + 512 });
  expect(await same(order)).toBe(true);
  expect(azure.blobs.count(put).sent).toBe(report.sent);
  const { headers } = await client.blob("HEAD", `imagefleet/${order.name}`);
  expect(headers["content-md5"]).toBe(Buffer.from(order.md5, "hex").toString("base64"));
  expect(headers["x-ms-lease-state"]).toBe("available");
  azure.blobs.reset();
  expect(await send(order)).toMatchObject({ sent: 0 });
  expect(azure.blobs.count(put).requests).toBe(0);
});

test("a run after a killed one breaks its lease at once and sends little again; without the journal it sends all, rightly", async () => {
  const order = { ...(await disk("killed.vhd", 300, [[0, 160]])), lanes: 4 };
  const first = start(order);
  azure.blobs.before({ ...put, skip: 36 }, () => first.kill("SIGKILL"));
  await first;
  azure.blobs.heal();
  const before = azure.blobs.count(put).requests;
  expect(before).toBeLessThan(42);
  const second = await send(order);
  expect(second.error).toBeUndefined();
  expect(second.progress.join()).toMatch(/broke the lease of process \d+, which is dead/);
  expect(await same(order)).toBe(true);
  expect(azure.blobs.count(put).sent).toBeLessThanOrEqual(1.12 * (160 * MiB + 512));
  const again = { ...order, name: "again.vhd" };
  const third = start(again);
  azure.blobs.before({ ...put, skip: 20 }, () => third.kill("SIGKILL"));
  await third;
  await rm(order.journal, { force: true });
  expect(await send(again)).toMatchObject({ sent: 160 * MiB + 512 });
  expect(await same(again)).toBe(true);
});

test("busy servers are waited for as they ask, silence and cut connections are tried again, wrong MD5s are not believed", async () => {
  const order = { ...(await disk("faults.vhd", 64, [[0, 48]])), lanes: 4 };
  azure.blobs.fault({ ...put, times: 2 }, { kind: "answer", status: 503, headers: { "retry-after": "1" } });
  azure.blobs.fault({ ...put, skip: 3 }, { kind: "hang" });
  azure.blobs.fault({ ...put, skip: 4 }, { kind: "half" });
  azure.blobs.fault({ ...put, skip: 5 }, { kind: "drop-reply" });
  azure.blobs.fault({ ...put, skip: 6 }, { kind: "flip", at: 1000 });
  azure.blobs.fault({ ...put, skip: 7 }, { kind: "rewrite", headers: { "content-md5": Buffer.alloc(16).toString("base64") } });
  const began = Date.now();
  expect(await send(order)).toMatchObject({ sent: 48 * MiB + 512 });
  expect(Date.now() - began).toBeGreaterThan(1_000);
  expect(await same(order)).toBe(true);
});

test("tokens that end in the middle of an upload are renewed in time", async () => {
  const order = { ...(await disk("tokens.vhd", 64, [[0, 48]])), lanes: 2 };
  [azure.identity.tokenSeconds, azure.blobs.latencyMs] = [2, 500];
  const given = azure.identity.given["https://storage.azure.com"] ?? 0;
  const report = await send(order);
  [azure.identity.tokenSeconds, azure.blobs.latencyMs] = [3600, 0];
  expect(report).toMatchObject({ sent: 48 * MiB + 512 });
  expect(azure.identity.given["https://storage.azure.com"]! - given).toBeGreaterThan(1);
});

test("a service that always says it took other bytes is given up, and says where", async () => {
  const order = await disk("wrong.vhd", 4, [[0, 1]]);
  azure.blobs.fault({ ...put, times: 100 }, { kind: "rewrite", headers: { "content-md5": Buffer.alloc(16).toString("base64") } });
  expect((await send(order)).error).toMatch(/cannot send wrong.vhd.*the service says that it took other bytes/);
});

test("what reads back otherwise than it was sent is deleted", async () => {
  const order = await disk("rotten.vhd", 4, [[0, 1]]);
  azure.blobs.fault({ method: "GET", path: /rotten\.vhd(?!.*comp=)/, times: 100 }, { kind: "answer", status: 206, headers: { etag: "0x1" }, body: "x".repeat(MiB) });
  expect((await send(order)).error).toMatch(/is not what was sent; the blob rotten.vhd was deleted/);
  expect(await azure.outOfBand.blob(azure.site.container, order.name)).toBeUndefined();
});

test("who may not write is told which permission that takes, at once", async () => {
  const order = await disk("denied.vhd", 4, [[0, 1]]);
  azure.deny("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write");
  expect((await send(order)).error).toMatch(/whom you log in as may not do Microsoft\.Storage\/storageAccounts\/blobServices\/containers\/blobs\/write \(AuthorizationPermissionMismatch\)/);
  expect(azure.blobs.count({ method: "PUT" }).requests).toBe(1);
});

test("a blob of somebody else is refused, one of ours that is of something else is made anew", async () => {
  const order = await disk("taken.vhd", 4, [[0, 1]]);
  await client.upload("imagefleet/taken.vhd", emptyVhd());
  expect((await send(order)).error).toMatch(/the name taken.vhd is taken by a blob that is not ours: imagefleet did not make it/);
  const own = { ...order, name: "own.vhd" };
  expect((await send({ ...own, owner: { ...own.owner, sha256: "b".repeat(16) } })).error).toBeUndefined();
  const report = await send(own);
  expect(report).toMatchObject({ sent: MiB + 512 });
  expect(report.progress.join()).toContain("own.vhd is of something else; it is deleted");
  expect((await send({ ...own, owner: { ...own.owner, stack: "imagefleet/other" } })).error).toMatch(/it belongs to the stack imagefleet\/test/);
});

test("a lease that another run renews is not broken", async () => {
  const order = { ...(await disk("leased.vhd", 4, [[0, 1]])), leaseWaitMs: 1_500 };
  expect((await send(order)).error).toBeUndefined();
  const alive = Buffer.from(JSON.stringify({ pid: 1, startTime: 1, bootId: "x", host: "elsewhere/1", pidNamespace: "" })).toString("base64url");
  await client.blob("PUT", "imagefleet/leased.vhd?comp=metadata", { "x-ms-meta-imagefleet_key": order.owner.key, "x-ms-meta-imagefleet_sha256": "c".repeat(16), "x-ms-meta-imagefleet_stack": order.owner.stack, "x-ms-meta-imagefleet_upload": randomUUID(), "x-ms-meta-imagefleet_writer": alive });
  await client.blob("PUT", "imagefleet/leased.vhd?comp=lease", { "x-ms-lease-action": "acquire", "x-ms-lease-duration": "60" });
  const report = await send(order);
  expect(report.error).toMatch(/process 1 on elsewhere holds the lease of leased.vhd and renews it/);
});

test("a sparse disk of 30 GiB takes at most 300 MiB of memory", async () => {
  const order = await disk("large.vhd", 30 * 1024, [[0, 64], [9_000, 128], [29_000, 64]]);
  const report = await send({ ...order, patience: {} });
  expect(report).toMatchObject({ sent: 256 * MiB + 512 });
  expect(report.peak).toBeLessThan(300 * 1024);
});
