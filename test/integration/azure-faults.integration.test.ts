import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { artifactName, parseFormat } from "#model/format";
import { channelTag } from "#model/tags";
import { AzureFleet, blob, id, made, sent } from "./azure-fleet.ts";
import { killTree } from "./kill-tree.ts";
import { messageOf, transcript } from "./transcript.ts";

/** What goes wrong between a gallery of Azure and a run: the next run, or the same one, makes it right. Each test begins with an empty gallery. */
const failing = ["eastus", "uksouth", "swedencentral"];
const refused = { error: { code: "AuthorizationFailed", message: "The client 'x' with object id 'x' does not have authorization to perform action 'Microsoft.Compute/galleries/images/versions/write' over scope '/subscriptions/x'." } };

let fleet: AzureFleet;
beforeAll(async () => {
  fleet = await AzureFleet.create({ site: { replicateTo: ["northeurope", ...failing].map((region) => ({ region, replicas: 1 })) } });
});
beforeEach(async () => {
  await fleet.forget();
  fleet.heal();
});
afterAll(() => fleet?.remove());

test("three of five regions fail: the next run has these made, sends nothing again, and leaves the others as they are", async () => {
  const { azure } = fleet;
  for (const region of failing) azure.outOfBand.failReplication(region);
  const text = await fleet.failingUp();
  await transcript("azure-replication-failed", messageOf(text, /ReplicationJobsNotCompleted/));
  const states = () => Object.groupBy(azure.outOfBand.replicas(fleet.versions[0]!.id), ({ state }) => state);
  expect(states()["Failed"]!.map(({ region }) => region.toLowerCase().replaceAll(" ", ""))).toEqual(failing);
  const bytes = azure.blobs.count(sent).requests;
  await transcript("azure-replication-again", messageOf(await fleet.up(), /its replication to .* failed/));
  expect(azure.blobs.count(sent).requests).toBe(bytes);
  await fleet.requireConverged();
});

test("a version whose reply was lost is found by the next run: there is one", async () => {
  fleet.azure.arm.fault(made, { kind: "drop-reply" });
  await fleet.failingUp();
  await fleet.up();
  await fleet.requireConverged();
});

test("a version that is refused is not asked for again; a disk that somebody writes to meanwhile is seen, and sent anew before anything is made of it", async () => {
  const { azure } = fleet;
  azure.arm.fault({ ...made, times: 100 }, { kind: "answer", status: 403, body: JSON.stringify(refused) });
  expect(await fleet.failingUp()).toContain("does not have authorization to perform action 'Microsoft.Compute/galleries/images/versions/write'");
  expect(azure.arm.count(made).requests).toBe(1);
  fleet.heal();
  await azure.outOfBand.changeBlob(azure.site.container, blob, 512, Buffer.alloc(512, 1));
  const seen = await fleet.drift();
  expect(seen.exitCode, seen.text).not.toBe(0);
  await transcript("azure-blob-changed", messageOf(seen.text, /the disk on its way is/));
  const sealed = await readFile(await fleet.project.store.open(id, "formats/vhd", artifactName(id, parseFormat("vhd")!)));
  let same = false;
  azure.arm.before(made, async () => void (same = sealed.equals((await azure.outOfBand.blob(azure.site.container, blob))!)));
  await fleet.up();
  expect(same).toBe(true);
  await fleet.requireConverged();
});

test("services that are busy, that cut connections and that find a token too old: one run is enough", async () => {
  const { arm, blobs } = fleet.azure;
  arm.fault({ method: "GET", path: /\/permissions\?/, times: 2 }, { kind: "answer", status: 429, headers: { "retry-after": "1" } });
  arm.fault({ method: "GET", path: /\/storageAccounts\/[^/]+\?/ }, { kind: "answer", status: 503, headers: { "retry-after": "1" } });
  arm.fault({ method: "GET", path: /expand=ReplicationStatus/ }, { kind: "answer", status: 401, body: JSON.stringify({ error: { code: "ExpiredAuthenticationToken", message: "The access token expiry UTC time is earlier than current UTC time." } }) });
  arm.fault({ method: "GET", path: /expand=ReplicationStatus/, skip: 2 }, { kind: "cut-reply", after: 40 });
  blobs.fault({ ...sent, times: 2 }, { kind: "answer", status: 503, headers: { "retry-after": "1" } });
  blobs.fault({ method: "PUT", path: /comp=lease/ }, { kind: "drop-reply" });
  await fleet.up();
  await fleet.requireConverged();
});

test("the lease of a run that was killed is broken by the next one", async () => {
  const run = fleet.project.run("up");
  fleet.azure.blobs.before(sent, () => killTree(run.pid!));
  expect((await run).exitCode).not.toBe(0);
  fleet.azure.blobs.heal();
  const asked: unknown[] = [];
  fleet.azure.blobs.before({ method: "PUT", path: /comp=lease/, times: Infinity }, ({ headers }) => asked.push(headers["x-ms-lease-action"]));
  await fleet.up();
  expect(asked).toContain("break");
  await fleet.requireConverged();
});

test("pointers of channels are neither drift nor undone, whatever else is repaired", async () => {
  const { outOfBand } = fleet.azure;
  await fleet.up();
  const version = fleet.versions[0]!;
  outOfBand.excludeFromLatest(version.id, false);
  outOfBand.changeTag(version.id, channelTag("stable"), id.version);
  const still = await fleet.drift();
  expect(still.exitCode, still.text).toBe(0);
  outOfBand.changeTag(version.id, "team", "others");
  outOfBand.removeTargetRegion(version.id, "uksouth");
  expect((await fleet.drift()).exitCode).not.toBe(0);
  await fleet.up();
  expect(fleet.versions).toMatchObject([{ tags: { team: "platform", [channelTag("stable")]: id.version }, properties: { publishingProfile: { excludeFromLatest: false } } }]);
  expect(fleet.versions[0]!.properties.publishingProfile.targetRegions).toHaveLength(5);
  const preview = await fleet.project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
});
