import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FleetError } from "#model/errors";
import type { GateRecord } from "#model/release";
import type { Evidence } from "#providers/inspection/evidence/evidence";
import { inspect } from "#providers/inspection/inspect";
import { trustedKeys } from "#providers/seal/trusted-keys";
import { requireSealed } from "#providers/seal/require-sealed";
import { check, waiver } from "./evidence/samples.ts";
import { fakeGate, gateSet, id, makeInspection, type InspectionFixture } from "./fixture.ts";

let fixture: InspectionFixture;
let said: string[];
beforeEach(async () => {
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  fixture = await makeInspection();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fixture.remove();
});

const clean = () => fakeGate("hygiene", [check("hygiene/keys")]);
const leak = () => fakeGate("hygiene", [check("hygiene/keys", { title: "No key is left", findings: [{ place: "/root/.ssh/authorized_keys", problem: "1 key" }], mend: "Remove it." })]);
const boot = (before?: () => void) => fakeGate("boot", [check("boot/login")], before);

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(FleetError);
  return (error as FleetError).message;
}

describe("a release that passes", () => {
  test("has its evidence sealed in the store, for programs, CI and people, beside what the gates wrote", async () => {
    const record = await inspect(fixture.job([clean(), boot()]));
    expect(record).toMatchObject({ ...id, gateSet, verdict: "passed", source: { sha256: fixture.build.disk.sha256 }, waived: [] });
    expect(record.gates.map(({ gate, verdict, checks }) => [gate, verdict, checks])).toEqual([["hygiene", "passed", 1], ["boot", "passed", 1]]);
    expect(record.artifacts.map(({ name }) => name).sort()).toEqual(["SHA256SUMS", "SHA256SUMS.asc", "boot.log", "evidence.html", "evidence.json", "evidence.xml", "hygiene.log", "provenance.intoto.json"]);
    const group = `gates/${gateSet}` as const;
    const evidence = JSON.parse(await readFile(await fixture.store.open(id, group, "evidence.json"), "utf8")) as Evidence;
    expect(evidence).toMatchObject({ schemaVersion: 1, ...id, verdict: "passed", key: fixture.build.key, gates: [{ gate: "hygiene", checks: [{ id: "hygiene/keys", verdict: "passed" }] }, { gate: "boot" }] });
    expect(await readFile(await fixture.store.open(id, group, "boot.log"), "utf8")).toBe("ID=acme\n");
    expect(await fixture.store.verify(id, { deep: true })).toEqual([]);
    expect(await fixture.staging()).toEqual([]);
  });

  test("has a seal that holds", async () => {
    const job = fixture.job([clean()]);
    await inspect(job);
    await requireSealed({ store: job.store, id, group: `gates/${gateSet}`, trusted: await trustedKeys(job.seal, "test"), action: "test" });
  });

  test("with a waiver says which finding it accepted, until when and why", async () => {
    const record = await inspect(fixture.job([leak()], { waivers: [{ ...waiver, rule: "hygiene/keys", place: undefined }] }));
    expect(record.waived).toEqual([{ rule: "hygiene/keys", place: "/root/.ssh/authorized_keys", reason: waiver.reason, expires: waiver.expires }]);
  });

  test("is stored once by two runs at once", async () => {
    const [one, other] = await Promise.all([inspect(fixture.job([clean()])), inspect(fixture.job([clean()]))]);
    expect(one).toEqual(other);
    expect(await fixture.staging()).toEqual([]);
  });
});

describe("a release that fails", () => {
  test("is told with everything that is wrong, where the page is, and is not sealed; its evidence is kept", async () => {
    const message = await messageOf(inspect(fixture.job([leak(), boot()])));
    expect(message).toContain("cannot release debian-12@2026.1101.1: 1 of 2 checks failed");
    expect(message).toContain("/root/.ssh/authorized_keys: 1 key\n      to mend it: Remove it.");
    const page = /the whole report: (.*)/.exec(message)![1]!;
    expect(page).toBe(join(fixture.root, "images", id.image, id.version, "failures", `${gateSet}-1`, "evidence.html"));
    expect(await readFile(page, "utf8")).toContain("✕ Failed");
    expect(await fixture.store.groups(id)).toEqual(["build", `failures/${gateSet}-1`]);
    expect(await fixture.store.record<GateRecord>(id, `failures/${gateSet}-1`)).toMatchObject({ verdict: "failed", gates: [{ gate: "hygiene", verdict: "failed" }, { gate: "boot", verdict: "passed" }] });
    expect(await fixture.staging()).toEqual([]);
  });

  test("says what fails before the gates that take long", async () => {
    let before: string[] = [];
    await messageOf(inspect(fixture.job([leak(), boot(() => { before = [...said]; })])));
    expect(before).toContain("[debian-12/inspection] hygiene fails: hygiene/keys: /root/.ssh/authorized_keys: 1 key");
  });

  test("keeps the evidence of each time, and passes once it is mended", async () => {
    await messageOf(inspect(fixture.job([leak()])));
    await messageOf(inspect(fixture.job([leak()])));
    expect((await inspect(fixture.job([clean()]))).verdict).toBe("passed");
    expect((await fixture.store.groups(id)).sort()).toEqual(["build", `failures/${gateSet}-1`, `failures/${gateSet}-2`, `gates/${gateSet}`]);
  });

  test("for a waiver that has expired is told where to extend it", async () => {
    const expired = { ...waiver, rule: "hygiene/*", place: undefined, expires: "2026-01-01", reason: "waits for the vendor", setting: "imagefleet:waivers[2]" };
    const message = await messageOf(inspect(fixture.job([leak()], { waivers: [expired] })));
    expect(message).toContain("hygiene/*: waived until 2026-01-01: waits for the vendor; its finding is still there: extend it in imagefleet:waivers[2], or mend");
    expect(message).toContain("hygiene/keys (high)");
  });
});

describe("an inspection that cannot be made", () => {
  test("for want of a key runs no gate", async () => {
    let ran = false;
    const message = await messageOf(inspect(fixture.job([boot(() => { ran = true; })], { seal: { createKey: false, trust: [] } })));
    expect(message).toMatch(/cannot seal debian-12@2026\.1101\.1: there is no key to sign with/);
    expect(ran).toBe(false);
  });

  test("because a gate cannot ask leaves nothing behind", async () => {
    const broken = fakeGate("scan-x", [], () => { throw new FleetError({ action: "scan", cause: "the scanner is missing" }); });
    expect(await messageOf(inspect(fixture.job([clean(), broken])))).toBe("cannot scan: the scanner is missing");
    expect(await fixture.store.groups(id)).toEqual(["build"]);
    expect(await fixture.staging()).toEqual([]);
  });

  test("because it was stopped runs no further gate", async () => {
    const stop = new AbortController();
    let ran = false;
    const job = fixture.job([fakeGate("hygiene", [], () => stop.abort()), boot(() => { ran = true; })], { signal: stop.signal });
    await expect(inspect(job)).rejects.toThrow(/abort/i);
    expect(ran).toBe(false);
    expect(await fixture.staging()).toEqual([]);
  });
});
