import { chmod, writeFile } from "node:fs/promises";
import type { dynamic } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inspect } from "#providers/inspection/inspect";
import { provider, type InspectionInputs } from "#providers/inspection/provider";
import { UNKNOWN } from "#providers/shared/unknown";
import { check, waiver } from "./evidence/samples.ts";
import { fakeGate, gateSet, id, makeInspection, type InspectionFixture } from "./fixture.ts";

let fixture: InspectionFixture;
let inputs: InspectionInputs;
beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  fixture = await makeInspection();
  inputs = { ...id, key: fixture.build.key, gateSet };
  vi.stubEnv("IMAGEFLEET_STORE", fixture.root);
  vi.stubEnv("XDG_CACHE_HOME", fixture.cacheDir);
  configure({ images: { "debian-12": { os: "debian/debian-12-x86_64", epoch: "2026-11-01" } } });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await fixture.remove();
});

function configure(settings: Readonly<Record<string, unknown>>): void {
  const texts = new Map(Object.entries(settings).map(([key, value]) => [`imagefleet:${key}`, JSON.stringify(value)]));
  provider.configure({ config: { get: (key: string) => texts.get(key) } } as unknown as dynamic.ConfigureRequest);
}

/** A set of gates that was passed already, one finding of which is waived. */
async function passed(): Promise<void> {
  const found = fakeGate("hygiene", [check("hygiene/keys", { findings: [{ place: "/a", problem: "a key" }] })]);
  await inspect(fixture.job([found], { waivers: [{ ...waiver, rule: "hygiene/keys", place: undefined }] }));
}

describe("creating", () => {
  test("adopts what passed the same gates, and states verdict, waived findings and the digest of the evidence", async () => {
    await passed();
    const artifacts = (await fixture.store.record(id, `gates/${gateSet}`))!.artifacts;
    const evidence = artifacts.find(({ name }) => name === "evidence.json")!.sha256;
    const outs = { ...inputs, verdict: "passed", waived: 1, evidence };
    expect(await provider.create(inputs)).toEqual({ id: "inspection/debian-12@2026.1101.1", outs });
    expect(await provider.update("inspection/debian-12@2026.1101.1", { ...outs, gateSet: "f".repeat(16), verdict: "passed" }, inputs)).toEqual({ outs });
  });

  test("refuses gates that were edited since the run was planned, before anything runs", async () => {
    await expect(provider.create(inputs)).rejects.toThrow(/cannot inspect debian-12@2026\.1101\.1: gates or waivers were edited, or one expired at midnight \(UTC\), since this run was planned\n {2}what to do: run it again/);
    expect(await fixture.store.groups(id)).toEqual(["build"]);
  });

  test("refuses a release that is not the one that was planned", async () => {
    await expect(provider.create({ ...inputs, key: "cd".repeat(32) })).rejects.toThrow(/another run has given this version to a build with other inputs/);
    await expect(provider.create({ ...inputs, version: "2026.1101.9" })).rejects.toThrow(/the store has no such release/);
  });
});

describe("the difference", () => {
  const olds = () => ({ ...inputs, verdict: "passed", waived: 0, evidence: "e" }) as const;

  test("is none for the same inputs", async () => {
    expect(await provider.diff("", olds(), inputs)).toEqual({ changes: false, replaces: [] });
  });

  test("of the gates is an update, that of the release a replacement", async () => {
    expect(await provider.diff("", olds(), { ...inputs, gateSet: "f".repeat(16) })).toEqual({ changes: true, replaces: [] });
    expect(await provider.diff("", olds(), { ...inputs, version: "2026.1101.2", key: "e" })).toEqual({ changes: true, replaces: ["version", "key"] });
    expect(await provider.diff("", olds(), { ...inputs, gateSet: UNKNOWN })).toEqual({ changes: true, replaces: [] });
  });
});

describe("reading", () => {
  test("finds sound evidence as it is", async () => {
    await passed();
    const { id: name, outs } = await provider.create(inputs);
    expect(await provider.read(name, outs!)).toEqual({ id: name, props: outs });
  });

  test("takes lost or damaged evidence for gone, so that the release is inspected again", async () => {
    const outs = { ...inputs, verdict: "passed", waived: 0, evidence: "e" } as const;
    expect((await provider.read("x", outs)).id).toBe("");
    await passed();
    const page = await fixture.store.open(id, `gates/${gateSet}`, "evidence.html");
    await chmod(page, 0o644);
    await writeFile(page, "<p>passed</p>");
    expect((await provider.read("x", outs)).id).toBe("");
  });

  test("keeps what it knows of a store that cannot be read", async () => {
    const outs = { ...inputs, verdict: "passed", waived: 0, evidence: "e" } as const;
    vi.stubEnv("IMAGEFLEET_STORE", "s3://nowhere");
    expect(await provider.read("x", outs)).toEqual({ id: "x", props: outs });
  });
});
