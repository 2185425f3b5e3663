import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { registeredId } from "#model/azure-ids";
import { azureTags } from "#model/azure-image";
import type { AzureSite } from "#model/config/sites/azure";
import type { FormatRecord } from "#model/release";
import { isChannelTag } from "#model/tags";
import { compareVersions } from "#model/version";
import { settle } from "#providers/azure-image-check/settle";
import { pointers } from "#providers/channel-flip/pointers/azure";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import { Arm } from "#providers/shared/azure/arm";
import { status } from "#providers/release-status/sites/azure";
import { openStore } from "#store/open";
import { AzureClient, emptyVhd } from "../../servers/azure/fixture.ts";
import { startAzure, type Azure } from "../../servers/azure/start-azure.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";
import { ownEnvironment } from "../own-environment.ts";

/** Channels on the tests' Azure, without an engine: three releases as versions of a gallery's image in two regions, and as managed images. */
const stack = "imagefleet/test";
const [low, middle, high] = ["2026.1001.1", "2026.1101.1", "2026.1102.1"] as const;
const releases = [low, middle, high] as const;

let dir: string;
let azure: Azure;
let client: AzureClient;
let site: AzureSite;
let stable: PointerTarget;
let candidate: PointerTarget;
let managed: PointerTarget;
let restore: () => void;
const authorities = getCACertificates();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-flip-azure-"));
  azure = await startAzure({ operationMs: 5 });
  restore = await ownEnvironment(dir, join(dir, "store"));
  for (const [name, value] of Object.entries(azure.env)) vi.stubEnv(name, value);
  setDefaultCACertificates([...authorities, await readFile(azure.env["NODE_EXTRA_CA_CERTS"]!, "utf8")]);
  client = new AzureClient(azure);
  site = { kind: "azure", name: "cloud", ...azure.site, replicateTo: [{ region: "northeurope", replicas: 1 }], replicas: 1, publisher: "imagefleet", tags: { team: "images" } };
  stable = { site, channel: "stable", image: "tiny", stack, native: true };
  candidate = { ...stable, channel: "candidate", native: false };
  managed = { ...stable, site: { ...site, gallery: undefined, replicateTo: [] } };
  await client.upload("imagefleet/tiny.vhd", emptyVhd());
  await client.make("providers/Microsoft.Compute/galleries/fleet/images/tiny", { location: site.location, properties: { osType: "Linux", osState: "Generalized", hyperVGeneration: "V1", identifier: { publisher: "imagefleet", offer: "tiny", sku: "tiny" } } });
  for (const version of releases) await register(version);
});
afterAll(async () => {
  setDefaultCACertificates(authorities);
  vi.unstubAllEnvs();
  await azure?.stop();
  restore?.();
  await rm(dir, { recursive: true, force: true });
});
afterEach(async () => {
  azure.arm.heal();
  for (const target of [stable, candidate, managed]) await pointers.move(target, undefined);
});

const idOf = (version: string, { site: at } = stable) => registeredId(at as AzureSite, { image: "tiny", version });
const resource = (version: string, target = stable) => azure.outOfBand.resource(idOf(version, target));

async function register(version: string): Promise<void> {
  const id = { image: "tiny", version };
  const [{ artifact: { sha256 } }] = (await storeRealRelease(openStore(join(dir, "store")), id, ["vhd"])) as [FormatRecord];
  const tags = azureTags(site, { ...id, key: keyOf(id), sha256, stack, superseded: true });
  const uri = `${azure.blobEndpoint}imagefleet/tiny.vhd`;
  const source = { uri, storageAccountId: `${client.group}/providers/Microsoft.Storage/storageAccounts/${site.storageAccount}` };
  const targetRegions = [site.location, "northeurope"].map((name) => ({ name, regionalReplicaCount: 1 }));
  await client.make(idOf(version), { location: site.location, tags, properties: { storageProfile: { osDiskImage: { source } }, publishingProfile: { excludeFromLatest: true, targetRegions } } });
  await client.make(idOf(version, managed), { location: site.location, tags, properties: { hyperVGeneration: "V1", storageProfile: { osDisk: { osType: "Linux", osState: "Generalized", blobUri: uri } } } }, "2024-07-01");
}

/** What machines are made of that name the definition alone. */
function latest(): string | undefined {
  const candidates = releases.filter((version) => (resource(version).properties["publishingProfile"] as { excludeFromLatest: boolean }).excludeFromLatest === false);
  return candidates.toSorted(compareVersions).at(-1);
}

test("a release is whole, or all that it lacks is named", async () => {
  for (const target of [stable, managed]) await pointers.verify(target, high);
  azure.outOfBand.removeTargetRegion(idOf(high), "northeurope");
  azure.outOfBand.changeTag(idOf(high), "team", "others");
  await expect(pointers.verify(stable, high)).rejects.toThrow(/verify tiny@2026.1102.1 \(site cloud\): .*tag team is others, not images; not in northeurope/);
  const expected = { tags: { ...resource(high).tags, team: "images" }, size: 1, generation: "V1", features: [], regions: [{ region: site.location, replicas: 1 }, { region: "northeurope", replicas: 1 }] };
  await settle({ arm: new Arm(), imageId: idOf(high), expected, action: "check", progress: () => {} });
  await pointers.verify(stable, high);
  azure.outOfBand.loseReplica(idOf(high), "northeurope");
  await expect(pointers.verify(stable, high)).rejects.toThrow(/its replication to northeurope failed/);
  await settle({ arm: new Arm(), imageId: idOf(high), expected, action: "check", progress: () => {} });
  await expect(pointers.verify({ ...stable, stack: "imagefleet/other" }, high)).rejects.toThrow(/not say that 2026.1102.1 is of the stack imagefleet\/other/);
  await expect(pointers.verify(stable, "2026.1103.1")).rejects.toThrow(/the store has no such release/);
});

test("the native channel is what latest means, up and down, and in between it is never nothing nor a third release", async () => {
  expect(await pointers.read(stable)).toEqual({});
  let former: string | undefined;
  for (const version of [middle, high, low, high, middle]) {
    const seen: (string | undefined)[] = [];
    const remove = azure.arm.after({ method: "GET", times: 1_000 }, () => void seen.push(latest()));
    await pointers.move(stable, version);
    remove();
    expect(latest()).toBe(version);
    expect(await pointers.read(stable)).toEqual({ version });
    if (former !== undefined) expect(new Set(seen)).toEqual(new Set([former, version]));
    former = version;
  }
  await pointers.move(stable, undefined);
  expect(latest()).toBeUndefined();
});

test("drift of several versions ends without a third one in between", async () => {
  await pointers.move(stable, high);
  azure.outOfBand.excludeFromLatest(idOf(middle), false);
  expect(await pointers.read(stable)).toEqual({ mixed: ["latest: 2026.1101.1 and 2026.1102.1"] });
  const seen = new Set<string | undefined>();
  azure.arm.after({ method: "GET", times: 1_000 }, () => void seen.add(latest()));
  await pointers.move(stable, low);
  expect([...seen]).toEqual([high, low]);
});

test("a region that leaves the release out of its own latest is told, and mended", async () => {
  await pointers.move(stable, high);
  const profile = resource(high).properties["publishingProfile"] as { targetRegions: { excludeFromLatest: boolean }[] };
  profile.targetRegions[1]!.excludeFromLatest = true;
  expect(await pointers.read(stable)).toEqual({ version: "2026.1102.1 but for North Europe" });
  await pointers.move(stable, high);
  expect(await pointers.read(stable)).toEqual({ version: high });
});

test("other channels, and all of managed images, are tags of that release alone", async () => {
  await pointers.move(stable, middle);
  for (const target of [candidate, managed]) {
    for (const version of [high, low, middle]) {
      await pointers.move(target, version);
      expect(await pointers.read(target)).toEqual({ version });
      for (const one of releases) expect(Object.entries(resource(one, target).tags!).filter(([name]) => isChannelTag(name))).toEqual(one === version ? [[`imagefleet:channel:${target.channel}`, version]] : []);
    }
  }
  expect(await pointers.read(stable)).toEqual({ version: middle });
});

test("a move that is done already changes nothing", async () => {
  for (const target of [stable, candidate, managed]) {
    await pointers.move(target, high);
    azure.arm.reset();
    await pointers.move(target, high);
    expect(azure.arm.count({ method: "PATCH" }).requests).toBe(0);
  }
});

test.each(["latest", "tags", "managed images"] as const)("%s: cut off after any change, the next move ends as one that was not", async (kind) => {
  const target = { latest: stable, tags: candidate, "managed images": managed }[kind];
  for (const [from, to] of [[undefined, middle], [middle, high], [high, low], [low, undefined]] as const) {
    for (let call = 0; ; call++) {
      await pointers.move(target, from);
      let reached = false;
      azure.arm.after({ method: "PATCH", skip: call }, () => {
        reached = true;
        azure.arm.fault({ times: 10_000 }, { kind: "answer", status: 400, body: "" });
      });
      const whole = await pointers.move(target, to).then(() => true, () => false);
      azure.arm.heal();
      await pointers.move(target, to);
      expect(await pointers.read(target), `${from} -> ${to}, cut after ${call}`).toEqual(to === undefined ? {} : { version: to });
      if (target === stable) expect(latest()).toBe(to);
      if (reached) continue;
      expect(whole).toBe(true);
      break;
    }
  }
});

test("somebody else's version that latest may mean is refused before anything is changed", async () => {
  await pointers.move(stable, middle);
  azure.outOfBand.changeTag(idOf(high), "imagefleet:stack", "their/stack");
  azure.outOfBand.excludeFromLatest(idOf(high), false);
  azure.arm.reset();
  await expect(pointers.move(stable, low)).rejects.toThrow(/point stable of tiny at 2026.1001.1 \(site cloud, resource group images\): latest may be a version that is not of the stack imagefleet\/test: 2026.1102.1/);
  expect(azure.arm.count({ method: "PATCH" }).requests).toBe(0);
  azure.outOfBand.changeTag(idOf(high), "imagefleet:stack", stack);
});

test("a denied change names its permission and is not tried again", async () => {
  for (const [target, permission] of [[stable, "Microsoft.Compute/galleries/images/versions/write"], [candidate, "Microsoft.Resources/tags/write"]] as const) {
    azure.deny(permission);
    azure.arm.reset();
    await expect(pointers.move(target, high)).rejects.toThrow(new RegExp(`resource group images.*may not do ${permission}`, "s"));
    expect(azure.arm.count({ method: "PATCH" }).requests).toBe(1);
    azure.allow(permission);
  }
});

test("a check leaves pointers as they are, whatever it puts right beside them", async () => {
  await pointers.move(stable, high);
  await pointers.move(candidate, high);
  const { "imagefleet:channel:candidate": _, ...tags } = resource(high).tags!;
  const expected = { tags, size: 1, generation: "V1", features: [], regions: [{ region: site.location, replicas: 1 }, { region: "northeurope", replicas: 1 }] };
  azure.arm.reset();
  await settle({ arm: new Arm(), imageId: idOf(high), expected, action: "check", progress: () => {} });
  expect(azure.arm.count({ method: "PATCH" }).requests).toBe(0);
  azure.outOfBand.changeTag(idOf(high), "team", "others");
  azure.outOfBand.removeTargetRegion(idOf(high), "northeurope");
  await settle({ arm: new Arm(), imageId: idOf(high), expected, action: "check", progress: () => {} });
  for (const target of [stable, candidate]) expect(await pointers.read(target)).toEqual({ version: high });
});

test("a release that is withdrawn is excluded from latest, and comes back by its channel alone", async () => {
  await pointers.move(stable, high);
  const target = { site, image: "tiny", version: high, stack };
  await status.withdraw({ ...target, stack: "imagefleet/other" });
  expect(await status.read(target)).toEqual(["it is not excluded from latest"]);
  for (let times = 0; times < 2; times++) await status.withdraw(target);
  expect(await status.read(target)).toEqual([]);
  expect(latest()).toBeUndefined();
  expect(status.restore).toBeUndefined();
  await pointers.move(stable, high);
  expect(latest()).toBe(high);
});
