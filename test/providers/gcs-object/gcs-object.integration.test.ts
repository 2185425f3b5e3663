import { readdir, readFile, rm, stat } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { objectName } from "#model/gcp-image";
import type { FormatRecord } from "#model/release";
import type { ObjectInputs } from "#providers/gcs-object/inputs";
import { provider } from "#providers/gcs-object/provider";
import { openStore } from "#store/open";
import { startGcp, type Gcp } from "../../servers/gcp/start-gcp.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";
import { ownEnvironment } from "../own-environment.ts";

/** One release of 4 MiB that nothing shortens, so that it goes in 17 chunks. */
const id = { image: "tiny", version: "2026.1101.1" };
const name = objectName(id);
const puts = { method: "PUT", path: /upload_id/ };

let dir: string;
let gcp: Gcp;
let sealed: Buffer;
let inputs: ObjectInputs;
let restore: () => void;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-gcs-test-"));
  gcp = await startGcp({ log: () => {} }); // first: what it installs belongs into the cache of whoever runs the tests
  restore = await ownEnvironment(dir, join(dir, "store"));
  for (const [variable, value] of Object.entries(gcp.env)) vi.stubEnv(variable, value);
  vi.stubEnv("IMAGEFLEET_RUN", "");
  const store = openStore(join(dir, "store"));
  await storeRealRelease(store, id, ["gce"], 4 * 2 ** 20);
  const { artifact } = (await store.record<FormatRecord>(id, "formats/gce"))!;
  sealed = await readFile(await store.open(id, "formats/gce", artifact.name));
  inputs = { ...id, ...gcp.site, site: "gcp", format: "gce", key: keyOf(id), sha256: artifact.sha256.slice(0, 16), bytes: artifact.bytes, stack: "imagefleet/test", recipe: "r" };
  vi.spyOn(process, "cwd").mockReturnValue(dir);
  provider.configure({ config: { get: () => undefined } } as unknown as dynamic.ConfigureRequest);
});
afterEach(async () => {
  gcp.storage.heal();
  await provider.delete("", { ...inputs, state: "correct" });
  for (const left of await gcp.outOfBand.objects(inputs.bucket)) await gcp.outOfBand.deleteObject(inputs.bucket, left);
  gcp.storage.reset();
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gcp?.stop();
  restore?.();
  await rm(dir, { recursive: true, force: true });
});

async function requireWhole(): Promise<void> {
  expect((await gcp.outOfBand.objects(inputs.bucket))).toEqual([name]);
  expect((await gcp.outOfBand.object(inputs.bucket, name))!.equals(sealed)).toBe(true);
}

/** Bytes of the archive that were sent, those of requests that broke off too. */
function sent(): number {
  return gcp.storage.count(puts).sent;
}

/** A process of its own that does what an update would. */
function child() {
  return execa(process.execPath, [join(import.meta.dirname, "send-release.ts"), JSON.stringify(inputs)], { cwd: dir, env: process.env, reject: false, all: true });
}

test("the sealed archive arrives once, with what says whose it is, and nobody else may read it", async () => {
  expect(await provider.create(inputs)).toMatchObject({ outs: { state: "correct" } });
  await requireWhole();
  expect(sent()).toBe(sealed.length);
  expect(gcp.storage.passed.map(({ path }) => path).filter((path) => /acl|predefined/i.test(path))).toEqual([]);
  await provider.create(inputs);
  expect(sent()).toBe(sealed.length);
  expect(await readdir(join(dir, ".imagefleet/uploads"))).toEqual([]);
});

test("killed after any answer of Cloud Storage, the next run goes on: at most 12 % are sent again, and there is one object", async () => {
  const whole = await child();
  expect(whole.exitCode, whole.all).toBe(0);
  const calls = gcp.storage.passed.length;
  expect(calls).toBeGreaterThan(18);
  for (let point = 0; point < calls; point++) {
    await gcp.outOfBand.deleteObject(inputs.bucket, name);
    gcp.storage.reset();
    const dying = child();
    gcp.storage.after({ skip: point }, () => dying.kill("SIGKILL"));
    await dying;
    gcp.storage.heal();
    const next = await child();
    expect(next.exitCode, next.all).toBe(0);
    await requireWhole();
    expect(sent() / sealed.length, `killed at call ${point + 1}`).toBeLessThanOrEqual(1.12);
  }
}, 240_000);

test("what was begun is known by a file that only we may read, and by nothing in the state", async () => {
  gcp.storage.fault({ ...puts, skip: 8, times: 100 }, { kind: "answer", status: 403 });
  await expect(provider.create(inputs)).rejects.toThrow(/storage\.objects\.create/);
  const uploads = join(dir, ".imagefleet/uploads");
  const [journal] = await readdir(uploads);
  expect((await stat(join(uploads, journal!))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(uploads, journal!), "utf8")).toContain("upload_id=");
});

test("busy answers, a connection cut at half a chunk, a lost reply and a token that ended cost no more than what was in flight", async () => {
  gcp.storage.fault({ ...puts, skip: 2, times: 2 }, { kind: "answer", status: 503, headers: { "retry-after": "1" } });
  gcp.storage.fault({ ...puts, skip: 7 }, { kind: "half" });
  gcp.storage.fault({ ...puts, skip: 12 }, { kind: "drop-reply" });
  gcp.metadata.expire();
  await provider.create(inputs);
  await requireWhole();
  expect(sent() / sealed.length).toBeLessThanOrEqual(1.3);
}, 60_000);

test("a session that ended is begun anew", async () => {
  gcp.storage.after({ ...puts, skip: 5 }, () => gcp.expireSessions());
  await provider.create(inputs);
  await requireWhole();
  expect(gcp.storage.count({ method: "POST", path: /uploadType=resumable/ }).requests).toBe(2);
});

test("bytes that were spoilt on their way are deleted and sent once more, and never kept", async () => {
  gcp.storage.fault({ ...puts, skip: 3 }, { kind: "flip", at: 1000 });
  await provider.create(inputs);
  await requireWhole();
  await gcp.outOfBand.deleteObject(inputs.bucket, name);
  gcp.storage.fault({ ...puts, skip: 3, times: 40 }, { kind: "flip", at: 1000 });
  await expect(provider.create(inputs)).rejects.toThrow(/CRC-32C .*, twice; the sealed file has/);
  expect(await gcp.outOfBand.objects(inputs.bucket)).toEqual([]);
});

test("an object of somebody else is not written over", async () => {
  await gcp.outOfBand.putObject(inputs.bucket, name, Buffer.from("theirs"));
  await expect(provider.create(inputs)).rejects.toThrow(`gs://${inputs.bucket}/${name} is there already and is not this stack's`);
  expect(String(await gcp.outOfBand.object(inputs.bucket, name))).toBe("theirs");
});

test("all permissions that are missing are named at once, before anything is sent", async () => {
  const denied = ["storage.objects.create", "compute.images.setIamPolicy"];
  for (const permission of denied) gcp.deny(permission);
  try {
    await expect(provider.create(inputs)).rejects.toThrow(/may not: compute\.images\.setIamPolicy, storage\.objects\.create\n/);
    expect(gcp.storage.count({ method: "POST" }).requests).toBe(0);
  } finally {
    for (const permission of denied) gcp.allow(permission);
  }
});

test("a refusal is not repeated, and names the permission", async () => {
  gcp.storage.fault({ method: "POST", path: /uploadType=resumable/, times: 9 }, { kind: "answer", status: 403, body: "no" });
  await expect(provider.create(inputs)).rejects.toThrow(/403: no; it takes storage\.objects\.create/);
  expect(gcp.storage.count({ method: "POST", path: /uploadType=resumable/ }).requests).toBe(1);
});
