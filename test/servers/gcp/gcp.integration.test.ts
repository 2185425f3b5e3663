import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { GcpClient, sparseArchive, ustarArchive } from "./fixture.ts";
import { startGcp, type Gcp } from "./start-gcp.ts";

const piece = 256 * 2 ** 10;
let gcp: Gcp;
let client: GcpClient;

beforeAll(async () => {
  gcp = await startGcp({ operationMs: 30, pageSize: 2 });
  client = new GcpClient(gcp);
});
afterEach(() => {
  gcp.storage.heal();
  gcp.compute.heal();
});
afterAll(() => gcp.stop());

test("takes an upload in chunks, tells what it has, and begins nothing that breaks a precondition", async () => {
  const bytes = Buffer.alloc(2 * piece + 10, 5);
  const { session, status } = await client.begin("chunks", { ifGenerationMatch: "0" }, { metadata: { a: "b" } });
  expect(status).toBe(200);
  expect(await client.chunk(session, 0, Buffer.alloc(0), bytes.length)).toMatchObject({ status: 308, headers: expect.not.objectContaining({ range: expect.anything() }) });
  expect(await client.chunk(session, 0, bytes.subarray(0, 1000), bytes.length)).toMatchObject({ status: 400 });
  expect(await client.chunk(session, 0, bytes.subarray(0, piece + 7), bytes.length)).toMatchObject({ status: 308, headers: { range: `bytes=0-${piece - 1}` } });
  expect(await client.chunk(session, 2 * piece, bytes.subarray(2 * piece), bytes.length)).toMatchObject({ status: 503, text: expect.stringContaining("exceeds already uploaded size") });
  expect(await client.chunk(session, 0, bytes, bytes.length)).toMatchObject({ status: 200, json: { name: "chunks", size: String(bytes.length), metadata: { a: "b" } } });
  expect(await client.chunk(session, 0, Buffer.alloc(0), bytes.length)).toMatchObject({ status: 200, json: { name: "chunks" } });
  expect((await gcp.outOfBand.object(gcp.site.bucket, "chunks"))!.equals(bytes)).toBe(true);
  expect(await client.begin("chunks", { ifGenerationMatch: "0" })).toMatchObject({ status: 412 });
  expect(await client.storage("DELETE", `/storage/v1/b/${gcp.site.bucket}/o/chunks?ifGenerationMatch=7`)).toMatchObject({ status: 412 });
});

test("keeps whole pieces of what came until the connection ended", async () => {
  const bytes = Buffer.alloc(4 * piece, 3);
  const { session } = await client.begin("cut");
  gcp.storage.fault({ method: "PUT", path: /upload_id/ }, { kind: "half" });
  await expect(client.chunk(session, 0, bytes, bytes.length)).rejects.toMatchObject({ code: "ECONNRESET" });
  const asked = await client.chunk(session, 0, Buffer.alloc(0), bytes.length);
  expect(asked).toMatchObject({ status: 308, headers: { range: `bytes=0-${2 * piece - 1}` } });
  expect(await client.chunk(session, 2 * piece, bytes.subarray(2 * piece), bytes.length)).toMatchObject({ status: 200 });
  expect((await gcp.outOfBand.object(gcp.site.bucket, "cut"))!.equals(bytes)).toBe(true);
});

test("refuses bytes that are not what was declared, and sessions that have ended", async () => {
  const bytes = Buffer.from("bytes");
  expect(await client.chunk((await client.begin("wrong", {}, { crc32c: "AAAAAA==" })).session, 0, bytes, 5)).toMatchObject({ status: 400, text: expect.stringContaining("CRC32C") });
  expect(await client.chunk((await client.begin("wrong")).session, 0, bytes, 5, { "x-goog-hash": "crc32c=AAAAAA==" })).toMatchObject({ status: 400 });
  expect(await gcp.outOfBand.objects(gcp.site.bucket)).not.toContain("wrong");
  const { session } = await client.begin("late");
  gcp.expireSessions();
  expect(await client.chunk(session, 0, bytes, 5)).toMatchObject({ status: 410 });
});

test("nobody without a token that lasts gets in, and nothing becomes public", async () => {
  const object = `/storage/v1/b/${gcp.site.bucket}/o/chunks`;
  const old = gcp.metadata.token();
  gcp.metadata.expire();
  expect(await client.storage("GET", object, { authorization: `Bearer ${old}` })).toMatchObject({ status: 401 });
  expect(await client.storage("GET", object, { authorization: "" })).toMatchObject({ status: 401 });
  expect(await client.storage("POST", `/upload/storage/v1/b/${gcp.site.bucket}/o?uploadType=resumable&name=x&predefinedAcl=publicRead`)).toMatchObject({ status: 400 });
  expect(await client.storage("PUT", `/storage/v1/b/${gcp.site.bucket}/iam`, {}, { bindings: [{ role: "roles/storage.objectViewer", members: ["allUsers"] }] })).toMatchObject({ status: 412 });
  gcp.deny("storage.objects.create");
  expect(await client.begin("denied")).toMatchObject({ status: 403, text: expect.stringContaining("storage.objects.create") });
  gcp.allow("storage.objects.create");
});

test("makes images of archives with one disk, and of nothing else", async () => {
  const two = Buffer.concat([gunzipSync(sparseArchive()).subarray(0, 1024), gunzipSync(sparseArchive())]);
  const archives = { good: sparseArchive(), name: sparseArchive(2 ** 30, "other.raw"), size: sparseArchive(2 ** 29), ustar: await ustarArchive(), zip: Buffer.from("PK"), two: gzipSync(two) };
  for (const [name, bytes] of Object.entries(archives)) await client.upload(`${name}.tar.gz`, bytes);
  const insert = (object: string, more: object = {}) => client.compute("POST", "", { name: "debian-12-2026-1101-2", rawDisk: { source: `https://storage.googleapis.com/${gcp.site.bucket}/${object}.tar.gz` }, ...more });
  const refusals = await Promise.all(["missing", "name", "size", "ustar", "zip", "two"].map(async (object) => (await insert(object)).text));
  expect(refusals).toEqual(["was not found", "not disk.raw", "no whole GiB", "not in GNU's format", "no archive of gzip", "more than one"].map((part) => expect.stringContaining(part)));
  expect(await insert("good", { name: "debian-12-2026.1101.2" })).toMatchObject({ status: 400 });
  expect(await insert("good", { labels: { "imagefleet:image": "x" } })).toMatchObject({ status: 400 });
  expect(await insert("good", { archtecture: "X86_64" })).toMatchObject({ status: 400, text: expect.stringContaining("archtecture") });
  const operation = await insert("good", { labels: { a: "b" }, guestOsFeatures: [{ type: "GVNIC" }] });
  expect(operation.json).toMatchObject({ status: "PENDING" });
  expect(await insert("good")).toMatchObject({ status: 409, text: expect.stringContaining("alreadyExists") });
  expect((await client.done(operation)).error).toBeUndefined();
  expect((await client.compute("GET", "/debian-12-2026-1101-2")).json).toMatchObject({ status: "READY", diskSizeGb: "1", rawDisk: { source: "" }, archiveSizeBytes: String(archives.good.length), labels: { a: "b" } });
});

test("changes an image by fingerprint and etag, lists it by filter, and deletes it", async () => {
  await client.upload("disk.tar.gz", sparseArchive());
  for (const name of ["a-1", "a-2", "a-3"]) await client.done(await client.compute("POST", "", { name, labels: { stack: "p_s" }, rawDisk: { source: `gs://${gcp.site.bucket}/disk.tar.gz` } }));
  const list = async (query: Record<string, string>) => (await client.compute("GET", `?${new URLSearchParams(query)}`)).json;
  const page = await list({ filter: "labels.stack = \"p_s\"" });
  expect([page.items.length, (await list({ filter: "labels.stack = \"p_s\"", pageToken: page.nextPageToken })).items.length]).toEqual([2, 1]);
  expect((await list({ filter: "(name = \"a-1\") OR (name = \"a-9\")" })).items).toMatchObject([{ name: "a-1" }]);
  const { labelFingerprint } = (await client.compute("GET", "/a-1")).json;
  await client.done(await client.compute("POST", "/a-1/setLabels", { labels: { b: "c" }, labelFingerprint }));
  expect(await client.compute("POST", "/a-1/setLabels", { labels: {}, labelFingerprint })).toMatchObject({ status: 412 });
  const { etag } = (await client.compute("GET", "/a-1/getIamPolicy")).json;
  const bindings = [{ role: "roles/compute.imageUser", members: ["group:builders@example.com"] }];
  expect(await client.compute("POST", "/a-1/setIamPolicy", { policy: { etag, bindings } })).toMatchObject({ status: 200, json: { bindings } });
  gcp.outOfBand.addMember("a-1", "allUsers");
  expect(await client.compute("POST", "/a-1/setIamPolicy", { policy: { etag, bindings } })).toMatchObject({ status: 412 });
  expect((await client.compute("GET", "/a-1/getIamPolicy")).json.bindings[0].members).toContain("allUsers");
  await client.done(await client.compute("POST", "/a-1/deprecate", { state: "OBSOLETE" }));
  expect(gcp.outOfBand.image("a-1").deprecated).toEqual({ state: "OBSOLETE" });
  await client.done(await client.compute("DELETE", "/a-1"));
  expect(await client.compute("GET", "/a-1")).toMatchObject({ status: 404 });
});

test("a family means its newest image that is not deprecated, and an image never leaves all families", async () => {
  await client.upload("family.tar.gz", sparseArchive());
  const rawDisk = { source: `https://storage.googleapis.com/${gcp.site.bucket}/family.tar.gz` };
  for (const name of ["f-1", "f-2"]) await client.done(await client.compute("POST", "", { name, rawDisk, ...(name === "f-2" && { family: "f-stable" }) }));
  await client.done(await client.compute("PATCH", "/f-1", { family: "f-stable", deprecated: { state: "DEPRECATED" } }));
  expect(await client.compute("GET", "/family/f-stable")).toMatchObject({ status: 200, json: { name: "f-2" } });
  await client.done(await client.compute("POST", "/f-2/deprecate", { state: "DEPRECATED" }));
  expect(await client.compute("GET", "/family/f-stable")).toMatchObject({ status: 200, json: { name: "f-1" } });
  expect(await client.compute("PATCH", "/f-1", { family: "" })).toMatchObject({ status: 400, text: expect.stringContaining("resource.family") });
  await client.done(await client.compute("PATCH", "/f-1", { family: null }));
  expect(await client.compute("GET", "/f-1")).toMatchObject({ json: { family: "f-stable" } });
  expect(await client.compute("PATCH", "/f-1", { labels: { a: "b" } })).toMatchObject({ status: 400 });
});

test("says which permission is missing, and that there are too many calls", async () => {
  gcp.deny("compute.images.delete");
  expect(await client.compute("DELETE", "/a-2")).toMatchObject({ status: 403, text: expect.stringContaining("compute.images.delete") });
  expect((await client.compute("POST", "/a-2/testIamPermissions", { permissions: ["compute.images.delete", "compute.images.get"] })).json).toEqual({ permissions: ["compute.images.get"] });
  gcp.allow("compute.images.delete");
  gcp.compute.quota({}, 1, 7);
  const replies = await Promise.all([client.compute("GET"), client.compute("GET")]);
  expect(replies.find(({ status }) => status === 429)?.headers["retry-after"]).toBe("7");
});
