import { expect, test } from "vitest";
import { planFleet } from "#model/plan-fleet";
import { promotedLine, promotedReleases } from "#model/promoted";
import { channelsOf, factsOf, imageOf, ledgerOf, needsOf, stored, version } from "./stored.ts";

const image = imageOf("debian-12");
const releases = [1, 2].map((serial) => stored("debian-12", serial));
const elsewhere = [{ version: version(2), stack: "imagefleet/staging" }, { version: version(2), stack: "imagefleet/dev" }, { version: version(1), stack: "imagefleet/dev" }];
const pointer = { image: "debian-12", version: version(2), channel: "candidate", stack: "imagefleet/dev" };

function promoted({ held = [1], pointed = 1, sha256 = "k2" }: { held?: number[]; pointed?: number; sha256?: string } = {}) {
  const needs = [needsOf(image, { ...ledgerOf(releases, held), elsewhere })];
  const { images } = planFleet(needs, factsOf({ channels: channelsOf({ stable: { "debian-12": version(2) } }), pointed: [{ channel: "stable", image: "debian-12", version: version(pointed) }] }));
  return promotedReleases(images, needs, [{ ...pointer, sha256 }]);
}

test("what comes to a stack is shown with its digest, the stacks that have it, and their channels that point at it", () => {
  const found = promoted();
  expect(found).toEqual([{ image: "debian-12", version: version(2), sha256: "k2", elsewhere: [{ stack: "imagefleet/dev", channels: ["candidate"] }, { stack: "imagefleet/staging", channels: [] }] }]);
  expect(promotedLine(found[0]!)).toBe("debian-12@2026.1101.2 is the same bytes as in imagefleet/dev (candidate), imagefleet/staging: sha256 k2");
});

test("a release that the stack has already is shown when a channel moves to it, and then no more", () => {
  expect(promoted({ held: [1, 2] })).toHaveLength(1);
  expect(promoted({ held: [1, 2], pointed: 2 })).toEqual([]);
});

test("a channel that says another digest is not told of as the same", () => {
  expect(promoted({ sha256: "other" })[0]?.elsewhere).toEqual([{ stack: "imagefleet/dev", channels: [] }, { stack: "imagefleet/staging", channels: [] }]);
});
