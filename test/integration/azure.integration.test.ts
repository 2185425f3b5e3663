import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { blobName } from "#model/azure-image";
import { tagNames } from "#model/tags";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import { startAzure, type Azure } from "../servers/azure/start-azure.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";
import { configurationFault, messageOf, transcript } from "./transcript.ts";

/** A gallery with two regions, the real engine, stand-ins for the official plugin and for Azure: steps of one story, in this order. */
const first = { image: "tiny", version: "2026.1101.1" };
const second = { image: "tiny", version: "2026.1101.2" };
const versionType = "Microsoft.Compute/galleries/images/versions";

let dir: string;
let azure: Azure;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-azure-test-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  azure = await startAzure({ containers: [] });
  project = await Project.create(fleet());
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, XDG_CACHE_HOME: join(dir, "cache"), ...azure.env });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["azure-native"]);
  await storeRealRelease(project.store, first, ["vhd"]);
});
afterEach(() => {
  azure?.blobs.heal();
  azure?.arm.heal();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([azure?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

/** Images come from the store alone. @param more Settings of the site. */
function fleet(more: Record<string, unknown> = {}, image: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["cloud"], ...image } },
    sites: { cloud: { kind: "azure", ...azure.site, replicateTo: [{ region: "northeurope", replicas: 2 }], endOfLifeAfter: 365, tags: { team: "platform" }, ...more } },
  };
}

interface Version {
  readonly id: string;
  readonly name: string;
  readonly tags?: Record<string, string>;
  readonly properties: { readonly provisioningState: string; readonly publishingProfile: { readonly targetRegions: readonly { name: string; regionalReplicaCount: number }[]; readonly endOfLifeDate?: string; readonly excludeFromLatest: boolean } };
}

const versions = () => azure.outOfBand.all(versionType) as unknown as Version[];
const idOf = ({ version }: typeof first) => versions().find(({ name }) => name === version)!.id;
const pagesSent = () => azure.blobs.count({ method: "PUT", path: /comp=page/ }).requests;
const regionsOf = (version: Version | undefined) => version?.properties.publishingProfile.targetRegions.map(({ name, regionalReplicaCount }) => [name.toLowerCase().replaceAll(" ", ""), regionalReplicaCount]);

async function up(...args: string[]): Promise<string> {
  const { exitCode, text } = await project.up(...args);
  expect(exitCode, text).toBe(0);
  return text;
}

async function drift(): Promise<{ exitCode: number | undefined; text: string }> {
  const result = await project.run("drift");
  return { exitCode: result.exitCode, text: String(result.all) };
}

test("one up makes the definition and the version in both regions, and the disk that it was made of is gone", async () => {
  await up();
  expect(azure.outOfBand.all("Microsoft.Compute/galleries/images")).toMatchObject([{ name: "tiny", tags: { [tagNames.stack]: "imagefleet/test", team: "platform" }, properties: { osState: "Generalized", hyperVGeneration: "V1", identifier: { publisher: "imagefleet", offer: "tiny", sku: "tiny" } } }]);
  expect(versions()).toMatchObject([{
    name: first.version, tags: { team: "platform", [tagNames.key]: keyOf(first), [tagNames.stack]: "imagefleet/test", [tagNames.channel]: "latest" },
    properties: { provisioningState: "Succeeded", publishingProfile: { excludeFromLatest: true, endOfLifeDate: "2027-11-01T00:00:00+00:00" } },
  }]);
  expect(regionsOf(versions()[0])).toEqual([["westeurope", 1], ["northeurope", 2]]);
  expect(await azure.outOfBand.blobs(azure.site.container)).toEqual([]);
});

test("a second up changes nothing, nothing has drifted, and the state holds neither tokens nor paths of this machine", async () => {
  const calls = azure.blobs.count().requests;
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
  const text = await up();
  expect(text).not.toMatch(/\b[1-9]\d* (created|updated|deleted|replaced)/);
  expect(azure.blobs.count().requests).toBe(calls);
  expect((await drift()).exitCode).toBe(0);
  const state = (await project.pulumi("stack", "export")).text;
  for (const secret of [project.dir, `${process.env["HOME"]}/`, "Bearer", azure.identity.secret]) expect(state).not.toContain(secret);
});

test("a channel's pointer is left as it is", async () => {
  azure.outOfBand.excludeFromLatest(idOf(first), false);
  await up();
  expect(versions()[0]!.properties.publishingProfile.excludeFromLatest).toBe(false);
  azure.outOfBand.excludeFromLatest(idOf(first), true);
});

test("a state that was lost is found again: nothing is sent a second time", async () => {
  const sent = pagesSent();
  await rm(project.path("state"), { recursive: true });
  await mkdir(project.path("state"));
  await up();
  expect(pagesSent()).toBe(sent);
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
});

test("what somebody changed is seen by a drift run, and put right by the next up", async () => {
  const id = idOf(first);
  azure.outOfBand.changeTag(id, "team", "others");
  azure.outOfBand.changeTag(id, "added", "by hand");
  azure.outOfBand.changeEndOfLife(id, "2030-01-01T00:00:00+00:00");
  azure.outOfBand.removeTargetRegion(id, "northeurope");
  const seen = await drift();
  expect(seen.exitCode, seen.text).not.toBe(0);
  await transcript("azure-drift", messageOf(seen.text, /tag team is others, not platform/));
  await up();
  expect(versions()).toMatchObject([{ id, tags: { team: "platform" }, properties: { publishingProfile: { endOfLifeDate: "2027-11-01T00:00:00+00:00" } } }]);
  expect(versions()[0]!.tags).not.toHaveProperty("added");
  expect(regionsOf(versions()[0])).toEqual([["westeurope", 1], ["northeurope", 2]]);
  expect((await drift()).exitCode).toBe(0);
});

test("a version that somebody deleted is made again from the store", async () => {
  const sent = pagesSent();
  azure.outOfBand.delete(idOf(first));
  const seen = await drift();
  expect(seen.exitCode, seen.text).not.toBe(0);
  await up();
  expect(versions()).toMatchObject([{ name: first.version, properties: { provisioningState: "Succeeded" } }]);
  expect(pagesSent()).toBeGreaterThan(sent);
  expect(await azure.outOfBand.blobs(azure.site.container)).toEqual([]);
});

test("a newer release comes beside the older one although its replication failed at first, with at most one more run", async () => {
  await storeRealRelease(project.store, second, ["vhd"]);
  azure.outOfBand.failReplication("northeurope", 2);
  const once = await project.up();
  if (once.exitCode !== 0) await up();
  expect(versions().map(({ name, properties }) => [name, properties.provisioningState]).sort()).toEqual([[first.version, "Succeeded"], [second.version, "Succeeded"]]);
  expect(versions().find(({ name }) => name === first.version)!.tags).not.toHaveProperty(tagNames.channel);
  expect(await azure.outOfBand.blobs(azure.site.container)).toEqual([]);
});

test("a permission that lacks is named before anything is sent", async () => {
  azure.deny(`${versionType}/write`);
  azure.deny("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write");
  azure.outOfBand.delete(idOf(second));
  const sent = pagesSent();
  const { exitCode, text } = await project.up();
  expect(exitCode).not.toBe(0);
  expect(text).toMatch(/may not do Microsoft\.Compute\/galleries\/images\/versions\/write, Microsoft\.Storage\/storageAccounts\/blobServices\/containers\/blobs\/write/);
  await transcript("azure-permissions", messageOf(text, /may not do Microsoft\.Compute\/galleries\/images\/versions\/write \(AuthorizationFailed\)/));
  expect(pagesSent()).toBe(sent);
  azure.allow(`${versionType}/write`);
  azure.allow("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write");
  await up();
});

test("a version of somebody else that has the name is refused, and named", async () => {
  azure.outOfBand.changeTag(idOf(second), tagNames.stack, "imagefleet/other");
  const { exitCode, text } = await project.up();
  expect(exitCode).not.toBe(0);
  await transcript("azure-name-taken", configurationFault(text));
  azure.outOfBand.changeTag(idOf(second), tagNames.stack, "imagefleet/test");
});

test("a release that leaves the plan is deleted, and destroy removes all of it", async () => {
  await project.configure(fleet({}, { retain: 0 }));
  await up();
  expect(versions().map(({ name }) => name)).toEqual([second.version]);
  const down = await project.pulumi("destroy", "--yes");
  expect(down.exitCode, down.text).toBe(0);
  expect([...versions(), ...azure.outOfBand.all("Microsoft.Compute/galleries/images")]).toEqual([]);
  expect(await azure.outOfBand.blobs(azure.site.container)).toEqual([]);
});

test("without a gallery it is a managed image", async () => {
  const { gallery: _, ...site } = azure.site;
  await project.configure({ ...fleet(), sites: { cloud: { kind: "azure", ...site, tags: { team: "platform" } } } });
  await up();
  const [image] = azure.outOfBand.all("Microsoft.Compute/images").filter(({ name }) => name === `tiny-${second.version}`);
  expect(image).toMatchObject({ tags: { team: "platform", [tagNames.key]: keyOf(second) }, properties: { hyperVGeneration: "V1" } });
  expect(await azure.outOfBand.blob(azure.site.container, blobName(second))).toBeUndefined();
  azure.outOfBand.changeTag(image!.id, "team", "others");
  expect((await drift()).exitCode).not.toBe(0);
  await up();
  expect(azure.outOfBand.resource(image!.id).tags).toMatchObject({ team: "platform" });
});
