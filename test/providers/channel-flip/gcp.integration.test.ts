import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { dynamic } from "@pulumi/pulumi";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { GcpSite } from "#model/config/sites/gcp";
import { gcpDescription, gcpImageName, gcpLabels, isChannelLabel, objectName } from "#model/gcp-image";
import type { FormatRecord } from "#model/release";
import { pointers } from "#providers/channel-flip/pointers/gcp";
import type { PointerTarget } from "#providers/channel-flip/pointer";
import type { CheckInputs } from "#providers/gcp-image-check/inputs";
import { keptExpectation, type CheckOutputs, type KeptInputs } from "#providers/gcp-image-check/kept";
import { provider } from "#providers/gcp-image-check/provider";
import { provider as objects } from "#providers/gcs-object/provider";
import { forgetListings } from "#providers/shared/gcp/stack-images";
import { status } from "#providers/release-status/sites/gcp";
import { openStore } from "#store/open";
import { GcpClient } from "../../servers/gcp/fixture.ts";
import { startGcp, type Gcp } from "../../servers/gcp/start-gcp.ts";
import { keyOf, storeRealRelease } from "../../store/real-release.ts";
import { ownEnvironment } from "../own-environment.ts";

/** Channels on the tests' Google Cloud, without an engine: three releases, the oldest of which is the image that was made last. */
const stack = "imagefleet/test";
const [older, newer, oldest] = ["2026.1101.1", "2026.1102.1", "2026.1001.1"] as const;
const releases = [older, newer, oldest] as const;
const member = "group:builders@example.com";
const writes = /\/(setLabels|deprecate)$/;

let dir: string;
let gcp: Gcp;
let client: GcpClient;
let stable: PointerTarget;
let candidate: PointerTarget;
let restore: () => void;
const checks = new Map<string, { inputs: KeptInputs; outs: CheckOutputs }>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-flip-gcp-"));
  gcp = await startGcp({ log: () => {}, operationMs: 5 }); // first: what it installs belongs into the cache of whoever runs the tests
  restore = await ownEnvironment(dir, join(dir, "store"));
  for (const [name, value] of Object.entries(gcp.env)) vi.stubEnv(name, value);
  vi.stubEnv("IMAGEFLEET_RUN", "");
  vi.spyOn(process, "cwd").mockReturnValue(dir);
  client = new GcpClient(gcp);
  objects.configure({ config: { get: () => undefined } } as unknown as dynamic.ConfigureRequest);
  const site: GcpSite = { kind: "gcp", name: "cloud", ...gcp.site, storageLocations: ["eu"], licenses: [], guestOsFeatures: [], secureBoot: false, labels: { team: "platform" }, members: [member] };
  stable = { site, channel: "stable", image: "tiny", stack, native: true };
  candidate = { ...stable, channel: "candidate", native: false };
  for (const version of releases) await register(site, version);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gcp?.stop();
  restore?.();
  await rm(dir, { recursive: true, force: true });
});
afterEach(async () => {
  gcp.compute.heal();
  for (const target of [stable, candidate]) await pointers.move(target, undefined);
});

const nameOf = (version: string) => gcpImageName({ image: "tiny", version });
const imageOf = (version: string) => gcp.outOfBand.image(nameOf(version));

/** With the calls that the official plugin makes, and the check after it. */
async function register(site: GcpSite, version: string): Promise<void> {
  const id = { image: "tiny", version };
  const [{ artifact: { sha256, bytes } }] = (await storeRealRelease(openStore(join(dir, "store")), id, ["gce"])) as [FormatRecord];
  const facts = { ...id, key: keyOf(id), sha256, stack, superseded: true };
  await objects.create({ ...id, ...gcp.site, site: site.name, format: "gce", key: facts.key, sha256: sha256.slice(0, 16), bytes, stack, recipe: "" });
  const guestOsFeatures = ["GVNIC", "VIRTIO_SCSI_MULTIQUEUE"];
  await client.done(await client.compute("POST", "", {
    name: nameOf(version), description: gcpDescription(facts), labels: gcpLabels(site, facts), rawDisk: { source: `https://storage.googleapis.com/${site.bucket}/${objectName(id)}` },
    guestOsFeatures: guestOsFeatures.map((type) => ({ type })), storageLocations: ["eu"],
  }));
  const { site: _, image, version: __, format, made, ...expected } = { ...facts, ...gcp.site, site: site.name, format: "gce", made: imageOf(version).creationTimestamp, labels: site.labels, guestOsFeatures, licenses: [], storageLocations: ["eu"], architecture: "X86_64", diskSizeGb: 1, members: [member] } satisfies CheckInputs;
  const inputs: KeptInputs = { of: `${site.name}/${image}@${version}/${format}`, made, expected: keptExpectation(expected) };
  checks.set(version, { inputs, outs: (await provider.create(inputs)).outs! });
}

/** What consumers get who name the family. */
async function latest(): Promise<string | undefined> {
  const { status, json } = await client.compute("GET", "/family/tiny-stable");
  return status === 404 ? undefined : json.name;
}

async function stateOf(version: string): Promise<string> {
  const { inputs, outs } = checks.get(version)!;
  forgetListings();
  return (await provider.read(inputs.of, outs)).props!.state;
}

test("a release is whole, or all that it lacks is named", async () => {
  await pointers.verify(stable, newer);
  gcp.outOfBand.changeLabel(nameOf(newer), "team");
  gcp.outOfBand.addMember(nameOf(newer), "allUsers");
  await expect(pointers.verify(stable, newer)).rejects.toThrow(/verify tiny@2026.1102.1 \(site cloud\): .*label team missing; public: allUsers may use it/);
  gcp.outOfBand.changeLabel(nameOf(newer), "team", "platform");
  gcp.outOfBand.removeMember(nameOf(newer), "allUsers");
  await pointers.verify(stable, newer);
  gcp.outOfBand.deprecate(nameOf(newer), "OBSOLETE");
  await expect(pointers.verify(stable, newer)).rejects.toThrow(/it is obsolete/);
  gcp.outOfBand.image(nameOf(newer)).deprecated = undefined;
  await expect(pointers.verify({ ...stable, stack: "imagefleet/other" }, newer)).rejects.toThrow(/not of the stack imagefleet\/other/);
  await expect(pointers.verify(stable, "2026.1103.1")).rejects.toThrow(/the store has no such release/);
});

test("the native channel is a family, which always means the release, however old; the former ones are deprecated and name it", async () => {
  expect(await pointers.read(stable)).toEqual({});
  let former: string | undefined;
  for (const version of [older, newer, oldest, older]) {
    const seen: (string | undefined)[] = [];
    const remove = gcp.compute.after({ path: writes, times: 100 }, async () => void seen.push(await latest()));
    await pointers.move(stable, version);
    remove();
    expect(await latest()).toBe(nameOf(version));
    expect(await pointers.read(stable)).toEqual({ version });
    if (former !== undefined) {
      expect(seen.every((name) => name === nameOf(version) || name === nameOf(former!)), "never nothing, never a third").toBe(true);
      expect(imageOf(former).deprecated).toEqual({ state: "DEPRECATED", replacement: imageOf(version).selfLink });
    }
    former = version;
  }
  await pointers.move(stable, undefined);
  expect(await latest()).toBeUndefined();
});

test("another channel is a label with the version, on that release alone, beside the native one", async () => {
  await pointers.move(stable, older);
  for (const version of [newer, oldest, newer]) {
    await pointers.move(candidate, version);
    expect(await pointers.read(candidate)).toEqual({ version });
    for (const one of releases) expect(Object.entries(imageOf(one).labels).filter(([name]) => isChannelLabel(name))).toEqual(one === version ? [["imagefleet-channel-candidate", version.replaceAll(".", "-")]] : []);
  }
  expect(await pointers.read(stable)).toEqual({ version: older });
});

test("a move that is done already changes nothing", async () => {
  for (const target of [stable, candidate]) {
    await pointers.move(target, newer);
    gcp.compute.reset();
    await pointers.move(target, newer);
    expect(gcp.compute.passed.filter(({ method }) => method !== "GET")).toEqual([]);
  }
});

test.each(["family", "labels"] as const)("%s: cut off after any change, the next move ends as one that was not", async (kind) => {
  const target = kind === "labels" ? candidate : stable;
  for (const [from, to] of [[undefined, older], [older, newer], [newer, oldest], [oldest, undefined]] as const) {
    for (let call = 0; ; call++) {
      await pointers.move(target, from);
      let reached = false;
      const cut = (method: string, path: RegExp) => gcp.compute.after({ method, path, skip: 0, times: 100 }, () => {
        if (count++ !== call) return;
        reached = true;
        gcp.compute.fault({ times: 10_000 }, { kind: "answer", status: 400, body: "" });
      });
      let count = 0;
      cut("POST", writes);
      cut("PATCH", /./);
      const whole = await pointers.move(target, to).then(() => true, () => false);
      gcp.compute.heal();
      await pointers.move(target, to);
      expect(await pointers.read(target), `${from} -> ${to}, cut after ${call}`).toEqual(to === undefined ? {} : { version: to });
      if (target === stable) expect(await latest()).toBe(to && nameOf(to));
      if (reached) continue;
      expect(whole).toBe(true);
      break;
    }
  }
});

test("labels that somebody else sets at the same time stay", async () => {
  gcp.compute.before({ path: /setLabels$/ }, () => gcp.outOfBand.changeLabel(nameOf(newer), "theirs", "1"));
  await pointers.move(candidate, newer);
  expect(imageOf(newer).labels).toMatchObject({ theirs: "1", "imagefleet-channel-candidate": "2026-1102-1" });
  gcp.outOfBand.changeLabel(nameOf(newer), "theirs");
});

test("answers that are lost change nothing about the end", async () => {
  await pointers.move(stable, older);
  gcp.compute.fault({ path: writes, times: 1 }, { kind: "drop-reply" });
  gcp.compute.fault({ method: "PATCH", times: 1 }, { kind: "drop-reply" });
  await pointers.move(stable, newer);
  expect(await latest()).toBe(nameOf(newer));
});

test("somebody else's image in the family is refused before anything is changed, and two of ours are told", async () => {
  await pointers.move(stable, older);
  Object.assign(imageOf(newer), { family: "tiny-stable" });
  delete imageOf(newer).deprecated;
  expect(await pointers.read(stable)).toEqual({ mixed: ["family tiny-stable: 2026.1101.1 and 2026.1102.1"] });
  const ours = imageOf(newer).description;
  imageOf(newer).description = gcpDescription({ stack: "their/stack", key: "a".repeat(64), sha256: "b".repeat(64) });
  gcp.compute.reset();
  await expect(pointers.move(stable, older)).rejects.toThrow(/point stable of tiny at 2026.1101.1 \(project imagefleet-tests\): the family tiny-stable has images that are not of the stack imagefleet\/test: tiny-2026-1102-1/);
  expect(gcp.compute.passed.filter(({ method }) => method !== "GET")).toEqual([]);
  imageOf(newer).description = ours;
});

test("the site's nativeChannel may become another one: the channel has one pointer afterwards", async () => {
  await pointers.move(stable, older);
  await pointers.move({ ...stable, native: false }, older);
  expect(await latest()).toBeUndefined();
  expect(imageOf(older).labels).toHaveProperty("imagefleet-channel-stable");
  await pointers.move(stable, older);
  expect(await latest()).toBe(nameOf(older));
  expect(imageOf(older).labels).not.toHaveProperty("imagefleet-channel-stable");
});

test("a denied change names its permission and is not tried again", async () => {
  await pointers.move(stable, older);
  imageOf(newer).family = "tiny-other";
  for (const permission of ["compute.images.update", "compute.images.deprecate"]) {
    gcp.deny(permission);
    await expect(pointers.move(stable, newer)).rejects.toThrow(new RegExp(`project imagefleet-tests.*${permission}`, "s"));
    gcp.allow(permission);
  }
});

test("a check leaves pointers as they are", async () => {
  await pointers.move(stable, older);
  await pointers.move(stable, newer);
  await pointers.move(candidate, newer);
  for (const version of [older, newer]) expect(await stateOf(version), version).toBe("correct");
  const { inputs, outs } = checks.get(newer)!;
  await provider.update("", outs, inputs);
  expect(await pointers.read(candidate)).toEqual({ version: newer });
  expect(await pointers.read(stable)).toEqual({ version: newer });
});

test("a release that is withdrawn is obsolete; restored, it does not come back as what the family means before the channel says so", async () => {
  await pointers.move(stable, older);
  await pointers.move(stable, newer);
  const target = { site: stable.site, image: "tiny", version: newer, stack };
  await status.withdraw({ ...target, stack: "imagefleet/other" });
  expect(await status.read(target)).toEqual(["it is active, not obsolete"]);
  for (let times = 0; times < 2; times++) await status.withdraw(target);
  expect(imageOf(newer).deprecated).toEqual({ state: "OBSOLETE" });
  expect(await status.read(target)).toEqual([]);
  await expect(pointers.move(stable, newer)).rejects.toThrow(/is obsolete/);
  await pointers.move(stable, older);
  expect(await latest()).toBe(nameOf(older));
  expect(imageOf(newer).deprecated).toEqual({ state: "OBSOLETE" });
  await status.restore!(target);
  expect(await latest()).toBe(nameOf(older));
  await pointers.move(stable, newer);
  expect(await latest()).toBe(nameOf(newer));
});
