import { afterAll, beforeAll, expect, test } from "vitest";
import { AzureClient, emptyVhd } from "../../servers/azure/fixture.ts";
import { startAzure, type Azure } from "../../servers/azure/start-azure.ts";
import { tinyStack, type TinyStack } from "../tiny-stack.ts";

let azure: Azure;
let stack: TinyStack;
let client: AzureClient;

beforeAll(async () => {
  azure = await startAzure();
  client = new AzureClient(azure);
  stack = await tinyStack("azure-native", azure.env);
  await client.upload("imagefleet/disk.vhd", emptyVhd());
});
afterAll(async () => {
  await stack?.remove();
  await azure?.stop();
});

/** @param options of the version. */
function program({ version = {}, regions = ["westeurope", "northeurope"], tags = {}, options = {}, managed = false }: { version?: object; regions?: readonly string[]; tags?: object; options?: object; managed?: boolean } = {}): string {
  const { subscription, resourceGroup: resourceGroupName, gallery: galleryName, location } = azure.site;
  const uri = `${azure.blobEndpoint}imagefleet/disk.vhd`;
  const source = { uri, storageAccountId: `${client.group}/providers/Microsoft.Storage/storageAccounts/${azure.site.storageAccount}` };
  const definition = { resourceGroupName, galleryName, galleryImageName: "debian-12", location, osType: "Linux", osState: "Generalized", hyperVGeneration: "V2", identifier: { publisher: "imagefleet", offer: "debian-12", sku: "debian-12" } };
  const publishingProfile = { excludeFromLatest: true, endOfLifeDate: "2027-11-01T00:00:00Z", targetRegions: regions.map((name) => ({ name, regionalReplicaCount: 1 })) };
  const made = { resourceGroupName, galleryName, galleryImageName: "debian-12", galleryImageVersionName: "2026.1101.2", location, tags, storageProfile: { osDiskImage: { source } }, publishingProfile, ...version };
  const image = { resourceGroupName, imageName: "debian-12-2026.1101.2", location, tags, hyperVGeneration: "V2", storageProfile: { osDisk: { osType: "Linux", osState: "Generalized", blobUri: uri } } };
  return `
import { Provider } from "@pulumi/azure-native/provider.js";
import { GalleryImage } from "@pulumi/azure-native/compute/galleryImage.js";
import { GalleryImageVersion } from "@pulumi/azure-native/compute/galleryImageVersion.js";
import { Image } from "@pulumi/azure-native/compute/image.js";
const provider = new Provider("azure", { subscriptionId: ${JSON.stringify(subscription)} });
const definition = new GalleryImage("definition", ${JSON.stringify(definition)}, { provider });
const version = new GalleryImageVersion("version", ${JSON.stringify(made)}, { provider, dependsOn: [definition], ...${JSON.stringify(options)} });
${managed ? `new Image("image", ${JSON.stringify(image)}, { provider });` : ""}
export const id = version.id;
`;
}

const versions = "Microsoft.Compute/galleries/images/versions";
const theVersion = () => azure.outOfBand.all(versions)[0]!;

test("makes a definition, a version and a managed image, changes them in place, and finds what others changed", async () => {
  expect(await stack.run("up", program({ managed: true }))).toMatchObject({ exitCode: 0 });
  expect(await stack.outputs()).toEqual({ id: theVersion().id });
  expect((await stack.run("refresh", program())).text).toContain("5 unchanged");
  expect(await stack.run("up", program({ managed: true, tags: { a: "1" }, regions: ["westeurope", "northeurope", "eastus"] }))).toMatchObject({ exitCode: 0 });
  expect(theVersion()).toMatchObject({ tags: { a: "1" }, properties: { publishingProfile: { targetRegions: { length: 3 } } } });
  azure.outOfBand.changeTag(theVersion().id, "a", "2");
  azure.outOfBand.removeTargetRegion(theVersion().id, "eastus");
  azure.outOfBand.delete(azure.outOfBand.all("Microsoft.Compute/images")[0]!.id);
  expect((await stack.run("refresh", program())).text).toMatch(/~ 1 updated[\s\S]*- 1 deleted/);
  expect(await stack.run("up", program({ tags: { a: "1" } }))).toMatchObject({ exitCode: 0 });
  expect(theVersion()).toMatchObject({ tags: { a: "1" }, properties: { publishingProfile: { targetRegions: { length: 2 } } } });
});

test("imports a version that is there, and changes in the same run what differs", async () => {
  await stack.forget();
  const definition = (text: string) => text.replace(", { provider });\nconst version", `, { provider, import: ${JSON.stringify(theVersion().id.replace(/\/versions.*/, ""))} });\nconst version`);
  const text = definition(program({ tags: { a: "3" }, options: { import: theVersion().id } }));
  const result = await stack.run("up", text);
  expect([result.exitCode, result.text]).toEqual([0, expect.stringContaining("2 imported")]);
  expect(theVersion().tags).toEqual({ a: "3" });
  expect((await stack.run("preview", program({ tags: { a: "3" } }))).text).toContain("4 unchanged");
});

test("a version whose replication failed is kept, and the next run repairs it", async () => {
  const next = { version: { galleryImageVersionName: "2026.1101.3" }, regions: ["westeurope", "swedencentral"] };
  azure.outOfBand.failReplication("swedencentral");
  const failed = await stack.run("up", program(next));
  expect(failed.exitCode).not.toBe(0);
  expect(failed.text).toContain("Sweden Central");
  expect(await stack.run("up", program(next))).toMatchObject({ exitCode: 0 });
  expect(azure.outOfBand.all(versions).map(({ name, properties }) => [name, properties.provisioningState])).toEqual([["2026.1101.3", "Succeeded"]]);
});

test("refuses what the SDK does not know, and what others made", async () => {
  const body = { location: "westeurope", properties: theVersion().properties };
  await client.make(`${theVersion().id.replace(/[^/]+$/, "9.0.0")}`, { ...body, properties: { storageProfile: { osDiskImage: { source: (body.properties.storageProfile as { osDiskImage: { source: object } }).osDiskImage.source } } } });
  expect((await stack.run("up", program({ version: { galleryImageVersionName: "9.0.0" } }))).text).toContain("cannot create already existing resource");
  expect((await stack.run("up", program({ version: { publishingProfile: { excludeLatest: true } } }))).text).toContain("the SDK knows no property excludeLatest");
  azure.outOfBand.delete(theVersion().id.replace(/[^/]+$/, "9.0.0"));
  expect(await stack.run("destroy", program())).toMatchObject({ exitCode: 0 });
  expect(azure.outOfBand.all(versions)).toEqual([]);
});
