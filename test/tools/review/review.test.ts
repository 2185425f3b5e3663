import { describe, expect, test } from "vitest";
import type { FleetConfig } from "#model/config/types";
import { changes } from "../../../tools/review/changes.ts";
import { channelMoves } from "../../../tools/review/channel-moves.ts";
import { exposures } from "../../../tools/review/exposures.ts";
import { registrations, type Reached } from "../../../tools/review/registrations.ts";
import { removals } from "../../../tools/review/removals.ts";
import { planned, reached } from "./fixture.ts";
import { step, types } from "./events.ts";

const everywhere = { places: [], unreachable: [] } satisfies Reached;

describe("what happens to a release on a site", () => {
  const deedOf = (...steps: Parameters<typeof registrations>[0]) => registrations(steps, [], everywhere)[0]?.sites["a"]?.deeds;

  test("is what happens to the image itself; a part that comes or goes is a change of it", () => {
    expect(deedOf(step("create", "a/x@1/raw"), step("create", "a/x@1/raw/snapshot"), step("create", "a/x@1/raw/check"))).toEqual({ register: 1 });
    expect(deedOf(step("import", "a/x@1/raw"), step("create", "a/x@1/raw/check"))).toEqual({ adopt: 1 });
    expect(deedOf(step("same", "a/x@1/raw"), step("create", "a/x@1/raw/launch/123456789012"))).toEqual({ change: 1 });
    expect(deedOf(step("replace", "a/x@1/raw"), step("same", "a/x@1/raw/check"))).toEqual({ replace: 1 });
    expect(deedOf(step("delete", "a/x@1/raw"), step("delete", "a/x@1/raw/check"))).toEqual({ remove: 1 });
    expect(deedOf(step("same", "a/x@1/raw"), step("same", "a/x@1/raw/check"))).toEqual({ unchanged: 1 });
  });

  test("is counted by format, region and vCenter", () => {
    expect(deedOf(step("create", "a/x@1/raw"), step("create", "a/eu-west-1/x@1/raw"), step("same", "a/x@1/qcow2"))).toEqual({ register: 2, unchanged: 1 });
  });

  test("is withdrawn or restored with its status, whose sameness says nothing", () => {
    expect(deedOf(step("same", "a/x@1/raw"), step("create", "a/x@1/raw/status", { type: types.status }))).toEqual({ withdraw: 1 });
    expect(deedOf(step("update", "a/x@1/raw"), step("delete", "a/eu-west-1/x@1/raw/launch/1"), step("same", "a/eu-west-1/x@1/raw"), step("create", "a/x@1/raw/status", { type: types.status }))).toEqual({ withdraw: 2 });
    expect(deedOf(step("same", "a/x@1/raw"), step("delete", "a/x@1/raw/status", { type: types.status }))).toEqual({ restore: 1 });
    expect(deedOf(step("delete", "a/x@1/raw"), step("delete", "a/x@1/raw/status", { type: types.status }))).toEqual({ remove: 1 });
    expect(deedOf(step("same", "a/x@1/raw"), step("same", "a/x@1/raw/status", { type: types.status }))).toEqual({ unchanged: 1 });
  });

  test("is not known where a place was not looked at, whatever the state has of it", () => {
    const rows = registrations([step("same", "a/x@2026.1101.1/raw"), step("same", "corp/vc1/x@2026.1101.1/ova"), step("create", "corp/vc2/x@2026.1101.1/ova")], [planned({ image: "x", sites: ["a", "corp"] })], reached(["a", "corp/vc1", "corp/vc2"], ["a", "corp/vc1"]));
    expect(rows).toEqual([{ image: "x", version: "2026.1101.1", sites: { a: { deeds: {}, notLookedAt: ["a"] }, corp: { deeds: { register: 1 }, notLookedAt: ["corp/vc1"] } } }]);
  });
});

describe("who may use images", () => {
  const launch = (op: string, version: string, accountId: string) => step(op, `aws/x@${version}/raw/launch/${accountId}`, { type: types.launch, ...(op === "delete" ? { before: { accountId } } : op === "same" ? { before: { accountId }, after: { accountId } } : { after: { accountId } }) });

  test("an account that could use no release of the image is told apart from one that could", () => {
    const found = exposures([launch("same", "1", "111111111111"), launch("create", "2", "111111111111"), launch("create", "2", "222222222222")]);
    expect(found.map(({ who, version, asBefore }) => [who, version, asBefore])).toEqual([["account 222222222222", "2", false], ["account 111111111111", "2", true]]);
  });

  test("everybody comes first, on each cloud", () => {
    const found = exposures([
      launch("create", "1", "111111111111"),
      step("create", "aws/x@1/raw/launch/all", { type: types.launch, after: { group: "all" } }),
      step("create", "gcp/x@1/gce/member/aa", { type: types.member, after: { member: "allAuthenticatedUsers" } }),
      step("create", "gcp/x@1/gce/member/bb", { type: types.member, after: { member: "group:a@example.com" } }),
      step("update", "os/x@1/qcow2", { type: types.glance, before: { visibility: "private" }, after: { visibility: "public" } }),
      step("create", "os/x@1/qcow2/member/p", { type: types.access, after: { memberId: "p" } }),
    ]);
    expect(found.map(({ place, who, public: open }) => [place, who, open])).toEqual([
      ["aws", "everybody", true], ["gcp", "everybody", true], ["os", "everybody", true], ["aws", "account 111111111111", false], ["gcp", "group:a@example.com", false], ["os", "project p", false],
    ]);
  });

  test("who loses it is told, unless the release itself goes", () => {
    expect(exposures([launch("delete", "1", "111111111111"), step("same", "aws/x@1/raw", { type: types.ami })]).map(({ change }) => change)).toEqual(["may no longer"]);
    expect(exposures([launch("delete", "1", "111111111111"), step("delete", "aws/x@1/raw", { type: types.ami })])).toEqual([]);
    expect(exposures([step("update", "os/x@1/qcow2", { type: types.glance, before: { visibility: "public" }, after: { visibility: "private" } })]).map(({ who, change }) => [who, change])).toEqual([["everybody", "may no longer"]]);
  });
});

test("what is removed says why, by release", () => {
  const config = { sites: { a: {}, b: {} }, images: { x: {} } } as unknown as FleetConfig;
  const steps = ["a/x@1/raw", "a/x@1/raw/check", "b/x@1/raw", "a/old@1/raw", "gone/x@3/raw", "b/x@3/raw", "a/x@3/qcow2", "a/x@2/raw"].map((name) => step("delete", name));
  const found = removals([...steps, step("delete", "x@1", { type: "PackerBuild" }), step("delete", "hold/x@1")], [planned({ image: "x", version: "3", retained: ["2"], dropped: [{ version: "1", why: "only 1 older release stays" }], sites: ["a"], formats: ["raw"] })], config, [{ image: "x", version: "2", reason: "CVE-2026-0001", stack: "images/test" }]);
  expect(found.map(({ image, version, places, why }) => [image, version, places.join(), why])).toEqual([
    ["old", "1", "a", "the image is no longer configured"],
    ["x", "1", "a", "only 1 older release stays"],
    ["x", "1", "b", "the image no longer goes to this site"],
    ["x", "2", "a", "it is revoked: CVE-2026-0001"],
    ["x", "3", "a", "the site no longer takes qcow2"],
    ["x", "3", "b", "the image no longer goes to this site"],
    ["x", "3", "gone", "the site is no longer configured"],
  ]);
});

test("a channel that moves says from where to where, in which waves", () => {
  const wave = (op: string, n: number, from: string | undefined, to: string | undefined, image = "x") => step(op, `channel/stable/${image}/wave-${n}`, {
    type: types.flip, ...(from && { before: { version: from } }), ...(to && { after: { version: to, sites: [`s${n}`], bestEffort: [], pause: (n - 1) * 60, approval: n === 2 } }),
  });
  const at = (image: string, version: string, pointed?: string) => ({ channel: "stable", image, version, via: ["candidate"], ...(pointed && { pointed }) });
  const moves = channelMoves([wave("update", 2, "1", "2"), wave("update", 1, "1", "2"), wave("same", 1, "1", "1", "still"), wave("create", 1, undefined, "2", "new"), wave("delete", 1, "1", undefined, "gone")], [at("x", "2", "1"), at("still", "1", "1"), at("new", "2"), at("far", "2", "1")]);
  expect(moves).toEqual([
    { channel: "stable", image: "far", from: "1", to: "2", via: ["candidate"], approval: false, waves: [] },
    { channel: "stable", image: "gone", from: "1", via: [], approval: false, waves: [] },
    { channel: "stable", image: "new", to: "2", via: ["candidate"], approval: false, waves: [{ wave: 1, sites: ["s1"], bestEffort: [], pause: 0 }] },
    { channel: "stable", image: "x", from: "1", to: "2", via: ["candidate"], approval: true, waves: [{ wave: 1, sites: ["s1"], bestEffort: [], pause: 0 }, { wave: 2, sites: ["s2"], bestEffort: [], pause: 60 }] },
  ]);
});

test("a channel that stays is told of where somebody asks for more, or is asked", () => {
  const at = (channel: string, more: object) => ({ channel, image: "x", version: "1", pointed: "1", via: ["1"], ...more });
  const moves = channelMoves([], [
    at("asked", { asks: "asked on Monday" }), at("done", { asks: "carried out by images/prod" }), at("refused", { request: "refused", refused: "unknown key" }),
    at("carried", { version: "2", via: ["request", "images/dev"], request: "carried" }),
  ], [{ channel: "waiting", image: "x" }]);
  expect(moves.map(({ channel, asks, waits, requestOf }) => [channel, asks ?? waits ?? requestOf])).toEqual([
    ["asked", "asked on Monday"], ["carried", "images/dev"], ["refused", "unknown key"], ["waiting", "no stack asks for a release"],
  ]);
});

test("a change says what of a registration changes, a repair what is wrong with it; what only comes or goes with its release is neither", () => {
  const found = changes([
    step("update", "a/x@1/raw", { before: { tags: 1, __provider: "1" }, after: { tags: 2, __provider: "2" } }),
    step("update", "b/x@1/raw", { before: { n: 1 }, after: { n: 1 }, found: { state: "incorrect: x.raw truncated" } }),
    step("create", "c/library", { after: {} }), step("create", "c/x@1/raw"), step("create", "c/provider", { type: "pulumi:providers:aws" }), step("update", "x", { type: "imagefleet:index:OsImage" }),
    step("update", "hold/x@1"), step("update", "channel/stable/x/wave-1", { type: types.flip }), step("same", "d/library"),
  ]);
  expect(found).toEqual([{ name: "a/x@1/raw", deed: "change", what: "tags" }, { name: "b/x@1/raw", deed: "repair", what: "incorrect: x.raw truncated" }, { name: "c/library", deed: "add", what: "" }]);
});
