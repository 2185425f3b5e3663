import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedInputs } from "../../../tools/drift/changed-inputs.ts";
import { findings, type Finding } from "../../../tools/drift/findings.ts";
import { driftText, hasDrifted, isBlind, seenAnew, type Drift } from "../../../tools/drift/report.ts";

const urn = (name: string, type = "pulumi-nodejs:dynamic/imagefleet:LocalCatalog") => ({ type, urn: `urn:pulumi:dev::imagefleet::imagefleet:index:OsImage$${type}::${name}` });
const step = (name: string, op: string, outputs: Record<string, unknown> = {}, type?: string) => ({ failed: false, metadata: { ...urn(name, type), op, old: { inputs: {}, outputs: {} }, new: { outputs } } });
const ours = (state: string) => ({ __provider: "", state });

describe("what a refresh says", () => {
  test("is said by our resources themselves, also where a former run has seen it already", () => {
    const found = findings([
      step("a/x@1/raw", "update", ours("incorrect: x.raw truncated: expected 2 bytes, found 1")),
      step("b/x@1/raw", "same", ours("missing: x-1, x-2; unexpected: y-1")),
      step("c/x@1/raw", "same", ours("unreachable: https://a:443 is silent since 10:00:00")),
      step("d/x@1/raw", "same", ours("correct")),
      step("e/x@1/raw", "delete"),
    ]);
    expect(found.map(({ place, state, what }) => [place, state, what])).toEqual([
      ["a", "incorrect", "x.raw truncated: expected 2 bytes, found 1"], ["b", "missing", "x-1, x-2; unexpected: y-1"], ["c", "unreachable", "https://a:443 is silent since 10:00:00"], ["d", "correct", undefined], ["e", "missing", undefined],
    ]);
  });

  test("is told with the place and the release that the name stands for", () => {
    const where = (name: string) => {
      const [{ place, image, version } = {}] = findings([step(name, "same", ours("correct"))]);
      return [place, image, version];
    };
    expect(where("laptop/web@2026.1101.1/qcow2")).toEqual(["laptop", "web", "2026.1101.1"]);
    expect(where("eu/web@2026.1101.1/qcow2/member/0f3c")).toEqual(["eu", "web", "2026.1101.1"]);
    expect(where("corp/vc01/web@2026.1101.1/ova")).toEqual(["corp/vc01", "web", "2026.1101.1"]);
    expect(where("corp/vc01/sync")).toEqual(["corp/vc01", undefined, undefined]);
    for (const own of ["web@2026.1101.1", "hold/web@2026.1101.1", "inspection/web@2026.1101.1", "format/raw/web@2026.1101.1"]) expect(where(own)).toEqual(["store", "web", "2026.1101.1"]);
  });

  test("leaves out what is nowhere but in the program, and counts what could not be read as unreachable", () => {
    expect(findings([step("x", "same", {}, "imagefleet:index:OsImage"), step("eu/provider", "same", {}, "pulumi:providers:openstack"), step("a/x@1/raw", "refresh")])).toEqual([]);
    expect(findings([{ ...step("a/x@1/raw", "refresh"), failed: true }, { ...step("b/x@1/raw", "update"), failed: true }]).map(({ state }) => state)).toEqual(["unreachable", "unreachable"]);
  });
});

describe("an official resource", () => {
  test("has drifted where its server says otherwise of what is declared", () => {
    const inputs = { name: "x", visibility: "private", properties: { hw_disk_bus: "scsi" }, localFilePath: "x.raw" };
    const before = { ...inputs, tags: [], updatedAt: "1" };
    expect(changedInputs(inputs, before, { ...before, visibility: "public", updatedAt: "2" })).toEqual(["visibility"]);
    expect(changedInputs(inputs, before, { ...before, properties: { hw_disk_bus: "ide", os_hash_value: "f" } })).toEqual(["properties.hw_disk_bus"]);
    expect(changedInputs(inputs, before, { ...before, properties: { hw_disk_bus: "scsi", stores: "a" }, localFilePath: "y.raw" })).toEqual([]);
  });

  test("has not, in whatever order its server lists things", () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.uniqueArray(fc.string())), (values) => {
      const reversed = Object.fromEntries(Object.entries(values).reverse().map(([key, list]) => [key, [...list].reverse()]));
      expect(changedInputs(values, values, reversed)).toEqual([]);
    }));
  });
});

describe("the report", () => {
  const finding = (name: string, more: Partial<Finding> = {}): Finding => ({ name, place: name.split("/")[0]!, image: "web", version: "1", state: "correct", ...more });
  const drift = (more: Partial<Drift>): Drift => ({ stack: "dev", at: "", complete: true, findings: [], unreachable: [], ...more });

  test("is a table of releases and sites, then what is wrong, then the result", () => {
    const text = driftText(drift({
      findings: [finding("eu/web@1/qcow2"), finding("us/web@1/qcow2", { state: "missing" }), finding("corp/vc1/sync", { place: "corp/vc1", image: undefined, version: undefined, state: "incorrect", what: "web-1" })],
      unreachable: [{ place: "asia", cause: "no answer", hint: "wait" }],
    }));
    expect(text).toMatch(/image │ version │ asia +│ eu +│ us/);
    expect(text).toMatch(/web +│ 1 +│ unreachable +│ correct +│ 1 missing/);
    expect(text).toContain("us/web@1/qcow2: missing\n");
    expect(text).toContain("corp/vc1/sync: incorrect: web-1\n");
    expect(text).toContain("unreachable, not looked at: asia (no answer)\n  what to do: wait\n");
    expect(text).toContain("2 of 3 resources are not as they should be: `npm run up -- --stack dev` repairs them");
  });

  test("tells what is as it should be, and still under way", () => {
    const [asked] = findings([step("request/stable/web", "same", ours("correct: asked on Monday"))]);
    expect(driftText(drift({ findings: [asked!] }))).toBe("request/stable/web: correct: asked on Monday\nno drift: 1 resources are as they should be");
  });

  test("counts a registration once, and a subscriber that is behind with the releases that it lacks", () => {
    const other = { image: "db", version: "1" };
    const text = driftText(drift({
      findings: [
        finding("corp/hub/web@1/ova", { place: "corp/hub" }), finding("corp/hub/db@1/ova", { place: "corp/hub", ...other }),
        finding("corp/vc1/sync", { place: "corp/vc1", image: undefined, version: undefined, state: "missing", what: "web-1 (the publisher does not have it), web-10" }),
        finding("eu/db@1/qcow2", { ...other, state: "incorrect" }), finding("eu/db@1/qcow2/check", { ...other, state: "incorrect" }),
      ],
    }));
    expect(text).toMatch(/web +│ 1 +│ 1 missing +│ +│/);
    expect(text).toMatch(/db +│ 1 +│ correct +│ 1 incorrect +│/);
  });

  test("of many releases shows those of which something is wrong, and counts the others", () => {
    const many = Array.from({ length: 60 }, (_, index) => finding(`eu/image-${index}@1/qcow2`, { image: `image-${index}`, state: index === 7 ? "missing" : "correct" }));
    const text = driftText(drift({ findings: many }));
    expect(text.match(/│ image-\d+/g)).toEqual(["│ image-7"]);
    expect(text).toContain("59 more are correct everywhere\n");
    expect(driftText(drift({ findings: many.map((one) => ({ ...one, state: "missing" as const })) }))).toContain("10 more are not\n");
  });

  test("of a later look at some of it takes what that one says", () => {
    const first = drift({ findings: [finding("eu/web@1/qcow2", { state: "missing" }), finding("us/web@1/qcow2")], complete: false });
    const both = seenAnew(first, drift({ findings: [finding("eu/web@1/qcow2")], at: "later" }));
    expect(both).toMatchObject({ at: "later", complete: false, findings: [{ name: "eu/web@1/qcow2", state: "correct" }, { name: "us/web@1/qcow2", state: "correct" }] });
  });

  test("tells drift from what could not be looked at", () => {
    const cases = [drift({ findings: [finding("a/web@1/raw")] }), drift({ findings: [finding("a/web@1/raw", { state: "unexpected" })] }), drift({ unreachable: [{ place: "a", cause: "" }] }), drift({ complete: false })];
    expect(cases.map((one) => [hasDrifted(one), isBlind(one)])).toEqual([[false, false], [true, false], [false, true], [false, true]]);
  });
});
