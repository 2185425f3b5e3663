import { describe, expect, test } from "vitest";
import { defaultGates } from "#model/config/gates-schema";
import type { ImageConfig } from "#model/config/types";
import { parseFormat, type Format } from "#model/format";
import type { ImageLedger, ImagePlan, StoredRelease, WantedBuild } from "#model/plan";
import { planFleet, type FleetFacts } from "#model/plan-fleet";
import type { FormatRecord } from "#model/release";

const image: ImageConfig = { name: "debian-12", os: "debian/debian-12-x86_64", scripts: [], epoch: "2026-11-01", variables: {}, secrets: [], sites: ["laptop"], retain: 1, keepFor: 0, resources: { cpus: 2, timeout: 60 }, gates: defaultGates, waivers: [] };

const qcow2 = [parseFormat("qcow2")!];

/** A release that passed and has its formats, unless it is told otherwise. */
function release(version: string, key: string, inputs: Record<string, string> = {}, { passed = ["g"], formats = ["qcow2"] } = {}): StoredRelease {
  const build: StoredRelease["build"] = {
    schemaVersion: 1, image: "debian-12", version, key, epoch: "2026-11-01", inputs, artifacts: [], startedAt: "", finishedAt: "", steps: [], tools: {}, accelerator: "tcg", logs: [],
    disk: { name: "disk.qcow2", format: "qcow2", sha256: key, bytes: 1, virtualBytes: 1 },
  };
  return { build, passed, formats: Object.fromEntries(formats.map((format) => [format, { format } as FormatRecord])) };
}

function ledger(releases: StoredRelease[], more: Partial<ImageLedger> = {}): ImageLedger {
  return { releases, taken: releases.map(({ build }) => build.version), held: [], elsewhere: [], damaged: [], ...more };
}

const facts: FleetFacts = { channels: {}, pointed: [], revoked: new Map(), requests: new Map(), asked: new Map(), formatsOf: () => ["qcow2"], store: "the store", publications: [], now: new Date("2026-11-20T00:00:00Z") };

/** Of a fleet that has no other image, and no channels. */
function planImage(one: ImageConfig, formats: Format[], known: ImageLedger, asked: WantedBuild | undefined): ImagePlan | undefined {
  return planFleet([{ image: one, formats, ledger: known, wanted: asked }], facts).images[0];
}

const wanted = (key: string, forced = false) => ({ key, inputs: { "script:web": key }, forced, gateSet: "g" });

describe("the plan of an image", () => {
  test("builds the first release and says that it is the first", () => {
    expect(planImage(image, qcow2, ledger([]), wanted("k1"))).toMatchObject({ version: "2026.1101.1", release: undefined, reasons: ["first build: the store has no release of it"] });
  });

  test("takes the newest release that has the key", () => {
    const plan = planImage(image, qcow2, ledger([release("2026.1101.1", "k1"), release("2026.1101.2", "k1"), release("2026.1101.3", "k2")]), wanted("k1"));
    expect(plan).toMatchObject({ version: "2026.1101.2", reasons: [] });
    expect(plan?.release?.build.version).toBe("2026.1101.2");
  });

  test("names the inputs that changed since the last release", () => {
    const plan = planImage(image, qcow2, ledger([release("2026.1101.1", "k1", { "script:web": "k1", epoch: "e" })]), wanted("k2"));
    expect(plan).toMatchObject({ version: "2026.1101.2", reasons: ["epoch removed", "script:web changed"] });
  });

  test("forced, builds again under the next serial although the key is there", () => {
    expect(planImage(image, qcow2, ledger([release("2026.1101.1", "k1")]), wanted("k1", true))).toMatchObject({ version: "2026.1101.2", release: undefined, reasons: ["forced by --force"] });
  });

  test("takes no serial again that was given to a removed release", () => {
    expect(planImage(image, qcow2, ledger([], { taken: ["2026.1101.4"] }), wanted("k1"))?.version).toBe("2026.1101.5");
  });

  test("builds anew what is damaged, and says so", () => {
    const damaged = [{ version: "2026.1101.1", key: "k1", problem: "disk.qcow2 altered" }];
    const plan = planImage(image, qcow2, ledger([], { taken: ["2026.1101.1"], damaged }), wanted("k1"));
    expect(plan).toMatchObject({ version: "2026.1101.2", reasons: ["the release 2026.1101.1 in the store is damaged: disk.qcow2 altered"] });
  });

  test("retains the newest releases that this stack holds, besides the current one", () => {
    const releases = ["k1", "k2", "k3", "k4"].map((key, index) => release(`2026.1101.${index + 1}`, key));
    const held = releases.map(({ build }) => build.version).filter((version) => version !== "2026.1101.3");
    expect(planImage(image, qcow2, ledger(releases, { held }), wanted("k4"))?.retained.map(({ build }) => build.version)).toEqual(["2026.1101.2"]);
    expect(planImage({ ...image, retain: 5 }, qcow2, ledger(releases, { held }), wanted("k4"))?.retained.map(({ build }) => build.version)).toEqual(["2026.1101.2", "2026.1101.1"]);
    expect(planImage({ ...image, retain: 0 }, qcow2, ledger(releases, { held }), wanted("k4"))?.retained).toEqual([]);
  });

  test("retains only releases that passed their gates", () => {
    const releases = [release("2026.1101.1", "k1"), release("2026.1101.2", "k2", {}, { passed: [] }), release("2026.1101.3", "k3")];
    const held = releases.map(({ build }) => build.version);
    expect(planImage(image, qcow2, ledger(releases, { held }), wanted("k3"))?.retained.map(({ build }) => build.version)).toEqual(["2026.1101.1"]);
  });

  test("where nothing may be built, takes the newest release that passed and has every format, and has none where the store has none", () => {
    const releases = [release("2026.1101.1", "k1"), release("2026.1101.2", "k2", {}, { passed: [] }), release("2026.1101.3", "k3", {}, { formats: ["raw"] })];
    expect(planImage(image, qcow2, ledger(releases), undefined)).toMatchObject({ version: "2026.1101.1", reasons: [] });
    expect(planImage(image, [], ledger(releases), undefined)?.version).toBe("2026.1101.3");
    expect(planImage(image, qcow2, ledger(releases.slice(1)), undefined)).toBeUndefined();
  });
});
