import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageConfig } from "#model/config/types";
import { planFleet, type FleetFacts } from "#model/plan-fleet";
import { channelsOf, factsOf, imageOf, ledgerOf, needsOf, stored, version } from "./stored.ts";

const six = [1, 2, 3, 4, 5, 6].map((serial) => stored("debian-12", serial));

function plan(facts: Partial<FleetFacts> = {}, image: Partial<ImageConfig> = {}) {
  return planFleet([needsOf(imageOf("debian-12", image), ledgerOf(six), "k6")], factsOf(facts)).images[0]!;
}

const published = (serial: number, registeredAt: string, sites: readonly string[] = ["laptop"]) =>
  ({ schemaVersion: 1, image: "debian-12", version: version(serial), registeredAt, sites: Object.fromEntries(sites.map((site) => [site, { verifiedAt: registeredAt }])) }) as const;

describe("what stays besides the current release", () => {
  test("is the newest, as many as retain says; the rest is dropped, each with the reason", () => {
    const { stays, dropped, retained } = plan({}, { retain: 2 });
    expect(stays).toEqual([{ version: version(5), why: ["one of the newest 2 (retain)"] }, { version: version(4), why: ["one of the newest 2 (retain)"] }]);
    expect(retained.map(({ build }) => build.version)).toEqual([version(5), version(4)]);
    expect(dropped).toEqual([3, 2, 1].map((serial) => ({ version: version(serial), why: "2 newer ones are kept besides the current one (retain: 2); no channel points at it" })));
  });

  test("is what a channel points at, and what it has pointed at last and before that", () => {
    const pointed = [{ channel: "stable", image: "debian-12", version: version(3), former: version(2) }];
    const { stays } = plan({ channels: channelsOf({ stable: { "debian-12": version(4) } }), pointed });
    expect(stays).toEqual([
      { version: version(5), why: ["the one before the current (retain: 1)"] }, { version: version(4), why: ["stable points at it"] },
      { version: version(3), why: ["stable has pointed at it"] }, { version: version(2), why: ["stable has pointed at it"] },
    ]);
  });

  test("is what was registered within keepFor, to the hour", () => {
    const publications = [published(2, "2026-11-06T01:00:00Z"), published(1, "2026-11-05T23:00:00Z")];
    const { stays, dropped } = plan({ publications }, { keepFor: 14, sites: [] });
    expect(stays.map((one) => one.version)).toEqual([version(5), version(2)]);
    expect(stays[1]?.why).toEqual(["registered 13.9 days ago (keepFor: 14 days)"]);
    expect(dropped.at(-1)).toEqual({ version: version(1), why: "1 newer one is kept besides the current one (retain: 1); no channel points at it; it was registered 14 days ago (keepFor: 14 days)" });
  });

  test("is the parent of a release that stays, and the parent of that", () => {
    const parent = (image: string, serial: number) => ({ parent: { image, version: version(serial) } });
    const web = [stored("web", 1, parent("debian-12", 1)), stored("web", 2, parent("debian-12", 3)), stored("web", 3, parent("debian-12", 6))];
    const shop = [stored("shop", 1, parent("web", 1))];
    const needs = [
      needsOf(imageOf("debian-12"), ledgerOf(six), "k6"), needsOf(imageOf("shop", { parent: "web" }), ledgerOf(shop), "k1"), needsOf(imageOf("web", { parent: "debian-12" }), ledgerOf(web), "k3"),
    ];
    const [debian, , middle] = planFleet(needs, factsOf()).images;
    expect(middle?.stays).toEqual([{ version: version(2), why: ["the one before the current (retain: 1)"] }, { version: version(1), why: ["shop@2026.1101.1 is layered on it"] }]);
    expect(debian?.stays.map((one) => [one.version, one.why[0]])).toEqual([
      [version(5), "the one before the current (retain: 1)"], [version(3), "web@2026.1101.2 is layered on it"], [version(1), "web@2026.1101.1 is layered on it"],
    ]);
  });

  test("is the last one that a site has whole, where newer ones have never come there", () => {
    const publications = [published(2, "2026-11-02T00:00:00Z", ["desk", "laptop"]), published(4, "2026-11-04T00:00:00Z", ["laptop"])];
    const { stays } = plan({ publications }, { sites: ["desk", "laptop"] });
    expect(stays.map((one) => [one.version, one.why])).toEqual([
      [version(5), ["the one before the current (retain: 1)"]], [version(4), ["the last that laptop has whole besides the current"]], [version(2), ["the last that desk has whole besides the current"]],
    ]);
  });

  test("is one that can be used, besides those that are revoked", () => {
    const revoked = new Map([[`debian-12@${version(5)}`, "CVE-2026-0001"]]);
    expect(plan({ revoked }).stays.map((one) => one.version)).toEqual([version(5), version(4)]);
  });

  test("is nothing where retain is 0 and nobody needs it", () => {
    expect(plan({ publications: [published(5, "2026-11-05T00:00:00Z")] }, { retain: 0 }).stays).toEqual([]);
  });

  test("is not what the store no longer has, or what has not passed: that is given up, with the reason", () => {
    const ledger = { ...ledgerOf([stored("debian-12", 2, { passed: [] }), stored("debian-12", 3)], [1, 2]) };
    expect(planFleet([needsOf(imageOf("debian-12"), ledger, "k3")], factsOf()).images[0]?.dropped).toEqual([{ version: version(2), why: "it has not passed its gates" }, { version: version(1), why: "the store no longer has it whole" }]);
  });

  test("and what is dropped are all that the stack holds, each once, and never what a channel needs", () => {
    const anySerials = fc.subarray([1, 2, 3, 4, 5, 6]);
    const world = fc.record({ held: anySerials, retain: fc.nat({ max: 4 }), pinned: fc.integer({ min: 1, max: 6 }), pointed: fc.integer({ min: 1, max: 6 }), revoked: anySerials, key: fc.constantFrom("k6", "k3", "new", undefined) });
    fc.assert(fc.property(world, ({ held, retain, pinned, pointed, revoked, key }) => {
      const facts = factsOf({
        channels: channelsOf({ stable: { "debian-12": version(pinned) } }), pointed: [{ channel: "stable", image: "debian-12", version: version(pointed) }],
        revoked: new Map(revoked.map((serial) => [`debian-12@${version(serial)}`, "r"])),
      });
      const { images: [one], channels } = planFleet([needsOf(imageOf("debian-12", { retain }), ledgerOf(six, held), key)], facts);
      const kept = [one!.version, ...one!.stays.map((stay) => stay.version)];
      const dropped = one!.dropped.map((drop) => drop.version);
      expect(new Set([...kept, ...dropped]).size).toBe(kept.length + dropped.length);
      expect([...kept, ...dropped]).toEqual(expect.arrayContaining(held.map(version)));
      expect(one!.retained.map(({ build }) => build.version)).toEqual(kept.slice(1));
      for (const channel of channels) expect(kept).toContain(channel.version);
      if (held.includes(pointed)) expect(kept).toContain(version(pointed));
      const usable = held.filter((serial) => !revoked.includes(serial) && version(serial) !== one!.version);
      if (retain > 0 && usable.length > 0) expect(kept).toContain(version(Math.max(...usable)));
      for (const { why } of one!.stays) expect(why.length).toBeGreaterThan(0);
    }), { numRuns: 500 });
  });
});
