import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AzureClient, emptyVhd, md5 } from "./fixture.ts";
import { startAzure, type Azure } from "./start-azure.ts";

let azure: Azure;
let client: AzureClient;
const image = "providers/Microsoft.Compute/galleries/fleet/images/debian-12";
const definition = { location: "westeurope", properties: { osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", identifier: { publisher: "imagefleet", offer: "debian-12", sku: "debian-12" }, features: [{ name: "SecurityType", value: "TrustedLaunchSupported" }] } };

beforeAll(async () => {
  azure = await startAzure({ operationMs: 20, pageSize: 2 });
  client = new AzureClient(azure);
  await client.upload("imagefleet/good.vhd", emptyVhd());
  await client.make(image, definition);
});
afterEach(() => {
  azure.blobs.heal();
  azure.arm.heal();
});
afterAll(() => azure.stop());

function version(blob: string, regions = ["westeurope"], more: object = {}): object {
  const source = { uri: `${azure.blobEndpoint}imagefleet/${blob}`, storageAccountId: `${client.group}/providers/Microsoft.Storage/storageAccounts/${azure.site.storageAccount}` };
  return { location: "westeurope", properties: { storageProfile: { osDiskImage: { source } }, publishingProfile: { excludeFromLatest: true, targetRegions: regions.map((name) => ({ name, regionalReplicaCount: 1 })), ...more } } };
}

test("an account tells where its blobs are, and never its keys", async () => {
  const account = `providers/Microsoft.Storage/storageAccounts/${azure.site.storageAccount}`;
  expect((await client.arm("GET", account, undefined, "2023-05-01")).json.properties.primaryEndpoints.blob).toBe(azure.blobEndpoint);
  expect((await client.arm("POST", `${account}/listKeys`, undefined, "2023-05-01")).status).toBe(404);
  expect((await client.arm("GET", `${azure.arm.url}/metadata/endpoints`)).json.resourceManager).toBe(`${azure.arm.url}/`);
});

test("pages are aligned, no more than 4 MiB, inside of the blob, and what their MD5 says", async () => {
  const path = "imagefleet/rules.vhd";
  await client.blob("PUT", path, { "x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": String(8 * 2 ** 20) });
  const pages = Buffer.alloc(1024, 7);
  expect(await client.pages(path, 512, pages)).toMatchObject({ status: 201 });
  expect(await client.pages(path, 100, pages)).toMatchObject({ status: 416, code: "InvalidPageRange" });
  expect(await client.pages(path, 8 * 2 ** 20, pages)).toMatchObject({ status: 416 });
  expect(await client.pages(path, 0, Buffer.alloc(4 * 2 ** 20 + 512))).toMatchObject({ status: 413 });
  expect(await client.pages(path, 0, pages, { "content-md5": md5(Buffer.alloc(1)) })).toMatchObject({ status: 400, code: "Md5Mismatch" });
  expect(await client.blob("PUT", path, { "x-ms-blob-type": "PageBlob", "x-ms-blob-content-length": "700" })).toMatchObject({ status: 400 });
  expect((await azure.outOfBand.blob("imagefleet", "rules.vhd"))!.subarray(500, 514)).toEqual(Buffer.from([...Array<number>(12).fill(0), 7, 7]));
});

test("a leased blob takes pages from the one that holds the lease", async () => {
  const path = "imagefleet/leased.vhd";
  await client.upload(path, emptyVhd());
  const lease = await client.blob("PUT", `${path}?comp=lease`, { "x-ms-lease-action": "acquire", "x-ms-lease-duration": "60" });
  const id = String(lease.headers["x-ms-lease-id"]);
  expect(await client.pages(path, 0, Buffer.alloc(512))).toMatchObject({ status: 412, code: "LeaseIdMissing" });
  expect(await client.pages(path, 0, Buffer.alloc(512), { "x-ms-lease-id": id })).toMatchObject({ status: 201 });
  expect(await client.arm("PUT", `${image}/versions/9.0.0`, version("leased.vhd"))).toMatchObject({ status: 409, code: "AcquireDiskLeaseFailed" });
});

test("only tokens for blobs that have not ended open blobs, and nothing makes them public", async () => {
  expect(await client.blob("HEAD", "imagefleet/good.vhd", { authorization: `Bearer ${azure.identity.token("https://management.azure.com/")}` })).toMatchObject({ status: 401 });
  const old = azure.identity.token("https://storage.azure.com");
  azure.identity.expire();
  expect(await client.blob("HEAD", "imagefleet/good.vhd", { authorization: `Bearer ${old}` })).toMatchObject({ status: 401, code: "InvalidAuthenticationInfo" });
  expect(await client.blob("HEAD", "imagefleet/good.vhd", { authorization: "SharedKey a:b" })).toMatchObject({ status: 403, code: "KeyBasedAuthenticationNotPermitted" });
  expect(await client.blob("PUT", "open?restype=container", { "x-ms-blob-public-access": "blob" })).toMatchObject({ status: 409, code: "PublicAccessNotPermitted" });
});

test("does to calls what a test asks for, and counts them", async () => {
  const path = "imagefleet/faults.vhd";
  await client.upload(path, emptyVhd());
  azure.blobs.reset();
  const put = { method: "PUT", path: /comp=page/ };
  azure.blobs.fault(put, { kind: "answer", status: 503, headers: { "retry-after": "2" } });
  azure.blobs.fault({ ...put, skip: 1 }, { kind: "half" });
  azure.blobs.fault({ ...put, skip: 2 }, { kind: "flip", at: 0 });
  azure.blobs.fault({ ...put, skip: 3 }, { kind: "rewrite", headers: { "content-md5": "wrong" } });
  const seen: number[] = [];
  azure.blobs.after({ ...put, skip: 3 }, ({ body }) => seen.push(body.length));
  const page = Buffer.alloc(512, 1);
  expect(await client.pages(path, 0, page)).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
  await expect(client.pages(path, 0, page)).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await client.pages(path, 0, page)).toMatchObject({ code: "Md5Mismatch" });
  expect(await client.pages(path, 0, page)).toMatchObject({ status: 201, headers: { "content-md5": "wrong" } });
  expect([seen, azure.blobs.count(put)]).toEqual([[512], { requests: 4, sent: 2048, received: expect.any(Number) }]);
  azure.blobs.quota(put, 2, 3);
  const many = await Promise.all([0, 1, 2].map(() => client.pages(path, 0, page)));
  expect(many.filter(({ code, headers }) => code === "ServerBusy" && headers["retry-after"] === "3")).toHaveLength(1);
});

test("a version is made of a fixed VHD that is there, and of nothing else", async () => {
  const bad = emptyVhd();
  bad.write("c0nectix", bad.length - 512, "latin1");
  await client.upload("imagefleet/no-footer.vhd", bad);
  await client.upload("imagefleet/odd.vhd", emptyVhd(2 ** 20 + 512));
  const refused = (blob: string, more?: object) => client.arm("PUT", `${image}/versions/9.0.0`, version(blob, undefined, more));
  expect(await refused("missing.vhd")).toMatchObject({ status: 404 });
  expect((await refused("no-footer.vhd")).text).toContain("conectix");
  expect((await refused("odd.vhd")).text).toContain("whole number (in MiB)");
  expect(await client.arm("PUT", `${image}/versions/v9`, version("good.vhd"))).toMatchObject({ status: 400 });
  expect(await client.arm("PUT", `${image}/versions/9.0.0`, version("good.vhd", ["northeurope"]))).toMatchObject({ status: 400, code: "InvalidParameter" });
  expect(await client.arm("PUT", `${image}/versions/9.0.0`, version("good.vhd"), "1999-01-01")).toMatchObject({ status: 400, code: "NoRegisteredProviderFound" });
  expect((await client.arm("GET", `${image}/versions`)).json.value).toEqual([]);
});

test("replicates a version, tells of a region that fails, and repairs it at the next write", async () => {
  azure.outOfBand.failReplication("northeurope");
  const path = `${image}/versions/2026.1101.2`;
  const wanted = version("good.vhd", ["westeurope", "northeurope", "East US"], { endOfLifeDate: "2027-11-01" });
  expect(await client.make(path, wanted)).toMatchObject({ status: "Failed", error: { code: "ReplicationJobsNotCompleted" } });
  const status = async () => (await client.arm("GET", `${path}?$expand=ReplicationStatus`)).json.properties.replicationStatus;
  expect(await status()).toMatchObject({ aggregatedState: "Failed", summary: [{ region: "West Europe", state: "Completed" }, { region: "North Europe", state: "Failed" }, { state: "Completed" }] });
  expect(await client.make(path, wanted)).toMatchObject({ status: "Succeeded" });
  expect(await status()).toMatchObject({ aggregatedState: "Completed" });
  expect((await client.arm("GET", path)).json.properties).not.toHaveProperty("replicationStatus");
  expect((await client.arm("GET", path)).json.properties).toMatchObject({ provisioningState: "Succeeded", publishingProfile: { excludeFromLatest: true, endOfLifeDate: "2027-11-01T00:00:00+00:00" } });
  expect(await client.arm("PUT", path, version("leased.vhd"))).toMatchObject({ status: 409, code: "PropertyChangeNotAllowed" });
  expect(await client.arm("DELETE", image)).toMatchObject({ status: 409, code: "CannotDeleteResource" });
  const id = `${client.group}/${path}`;
  azure.outOfBand.changeTag(id, "a", "b");
  azure.outOfBand.removeTargetRegion(id, "northeurope");
  const changed = (await client.arm("GET", path)).json;
  expect([changed.tags, changed.properties.publishingProfile.targetRegions.length]).toEqual([{ a: "b" }, 2]);
  expect((await client.arm("DELETE", path)).status).toBe(202);
  expect(await client.arm("PUT", path, wanted)).toMatchObject({ status: 409 });
  await expect.poll(async () => (await client.arm("GET", path)).status).toBe(404);
});

test("a managed image of the same name keeps its disk, and its tags change", async () => {
  const path = "providers/Microsoft.Compute/images/debian-12-2026.1101.2";
  const body = (blob: string) => ({ location: "westeurope", tags: { a: "1" }, properties: { hyperVGeneration: "V2", storageProfile: { osDisk: { osType: "Linux", osState: "Generalized", blobUri: `${azure.blobEndpoint}imagefleet/${blob}` } } } });
  expect(await client.make(path, body("good.vhd"), "2024-11-01")).toMatchObject({ status: "Succeeded" });
  expect(await client.arm("PUT", path, body("other.vhd"), "2024-11-01")).toMatchObject({ status: 409, code: "PropertyChangeNotAllowed" });
  expect(await client.arm("PATCH", path, { tags: { "a?": "2" } }, "2024-11-01")).toMatchObject({ status: 400, code: "InvalidTagNameCharacters" });
  expect(await client.arm("PATCH", path, { tags: { b: "2" } }, "2024-11-01")).toMatchObject({ status: 200, json: { tags: { b: "2" } } });
  for (const name of ["x1", "x2"]) await client.make(`providers/Microsoft.Compute/images/${name}`, body("good.vhd"), "2024-11-01");
  const page = (await client.arm("GET", "providers/Microsoft.Compute/images", undefined, "2024-11-01")).json;
  expect([page.value.length, (await client.arm("GET", page.nextLink)).json.value.length]).toEqual([2, 1]);
});

test("who may not is told which action it is, and sees it in the permissions", async () => {
  const action = "Microsoft.Compute/galleries/images/versions/write";
  const data = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write";
  azure.deny(action);
  azure.deny(data);
  try {
    const reply = await client.arm("PUT", `${image}/versions/1.0.0`, version("good.vhd"));
    expect([reply.status, reply.code, reply.text]).toEqual([403, "AuthorizationFailed", expect.stringContaining(`'${action}'`)]);
    expect(await client.pages("imagefleet/good.vhd", 0, Buffer.alloc(512))).toMatchObject({ status: 403, code: "AuthorizationPermissionMismatch" });
    const { json } = await client.arm("GET", "providers/Microsoft.Authorization/permissions", undefined, "2022-04-01");
    expect(json.value).toMatchObject([{ notActions: [action], notDataActions: [data] }]);
  } finally {
    azure.allow(action);
    azure.allow(data);
  }
});
