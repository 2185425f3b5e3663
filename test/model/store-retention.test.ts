import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { releaseName, type ReleaseId } from "#model/release";
import { removalOrder, storeRetention, type StoreNeeds, type StoreRelease, type StoreRules } from "#model/store-retention";

const now = new Date("2026-11-20T00:00:00Z");
const rules: StoreRules = { retain: 1, keepFor: 14, now };
const nothing: StoreNeeds = { releases: [], holds: [], channels: [], requests: [], revocations: [], publications: [], uses: [] };

function id(serial: number, image = "debian-12"): ReleaseId {
  return { image, version: `2026.1001.${serial}` };
}

function old(serial: number, more: Partial<StoreRelease> = {}): StoreRelease {
  return { ...id(serial), finishedAt: "2026-10-01T00:00:00Z", passed: true, ...more };
}

const five = [1, 2, 3, 4, 5].map((serial) => old(serial));

function judge(needs: Partial<StoreNeeds>, own: Partial<StoreRules> = {}) {
  return new Map(storeRetention({ ...nothing, releases: five, ...needs }, { ...rules, ...own }).map((verdict) => [releaseName(verdict), verdict]));
}

function staying(needs: Partial<StoreNeeds>, own: Partial<StoreRules> = {}): string[] {
  return [...judge(needs, own).values()].filter(({ stays }) => stays).map(releaseName);
}

describe("a release stays in the store", () => {
  test("as one of the newest that passed, and the others go, each with the reasons", () => {
    expect(staying({})).toEqual([id(4), id(5)].map(releaseName));
    expect(staying({}, { retain: 3 })).toHaveLength(4);
    expect(judge({}).get(releaseName(id(5)))?.why).toEqual(["one of the newest 2 that passed (--retain 1)"]);
    expect(judge({}).get(releaseName(id(1)))?.why).toEqual(["2 newer ones that passed stay (--retain 1)", "built 50 days ago (--keep-for 14d)", "nobody needs it"]);
  });

  test("as the newest of its image, passed or not, and never in the place of one that passed", () => {
    const releases = [...five, old(6, { passed: false }), old(7, { passed: false })];
    expect(staying({ releases })).toEqual([id(4), id(5), id(7)].map(releaseName));
    expect(judge({ releases }).get(releaseName(id(6)))?.why[0]).toBe("it has not passed its gates, and there is a newer one");
  });

  test.each([
    ["held by shop/prod", { holds: [{ ...id(1), project: "shop", stack: "prod" }] }],
    ["stable points at it", { channels: [{ ...id(1), channel: "stable" }] }],
    ["stable has pointed at it", { channels: [{ ...id(5), channel: "stable", former: id(1).version }] }],
    ["shop/prod asks for it to be published", { requests: [{ ...id(1), stack: "shop/prod" }] }],
    ["revoked (CVE-2026-0001): it may be restored", { revocations: [{ ...id(1), reason: "CVE-2026-0001" }] }],
    ["in use now: convert (process 7)", { uses: [{ ...id(1), by: "convert (process 7)" }] }],
    ["registered 13 days ago (--keep-for 14d)", { publications: [{ ...id(1), at: "2026-11-07T00:00:00Z" }] }],
  ] satisfies [string, Partial<StoreNeeds>][])("when it is %s", (why, needs) => {
    expect(judge(needs).get(releaseName(id(1)))).toEqual({ ...id(1), stays: true, why: [why] });
  });

  test("while it is young, by a clock ahead of ours too", () => {
    const releases = [...five, { ...old(1, { image: "web" }), finishedAt: "2026-11-06T00:00:01Z" }, { ...old(2, { image: "web" }), finishedAt: "2026-12-24T00:00:00Z" }];
    expect(judge({ releases }).get("web@2026.1001.1")?.why).toContain("built 13.9 days ago (--keep-for 14d)");
    expect(judge({ releases }).get("web@2026.1001.2")?.why).toContain("built 0 days ago (--keep-for 14d)");
  });

  test("as what one that stays is layered on, and that is layered on", () => {
    const web = [1, 2, 3, 4].map((serial) => old(serial, { image: "web", parent: id(serial === 4 ? 1 : 2) }));
    const shop = [old(1, { image: "shop", parent: id(1, "web") })];
    const verdicts = judge({ releases: [...five, ...web, ...shop] });
    expect(verdicts.get("web@2026.1001.1")?.why).toEqual(["shop@2026.1001.1 is layered on it"]);
    expect(verdicts.get("debian-12@2026.1001.2")?.why).toEqual(["web@2026.1001.1, web@2026.1001.3 are layered on it"]);
    expect(verdicts.get("web@2026.1001.2")?.stays).toBe(false);
  });

  test("besides revoked ones, which take nobody's place", () => {
    const revocations = [{ ...id(5), reason: "r" }, { ...id(4), reason: "r" }];
    expect(staying({ revocations })).toEqual([id(2), id(3), id(4), id(5)].map(releaseName));
  });

  test("when its image was not named, with all that it is layered on", () => {
    const releases = [...five, ...[1, 2, 3].map((serial) => old(serial, { image: "web", parent: id(serial) }))];
    expect(staying({ releases }, { images: ["debian-12"] }).filter((name) => name.startsWith("debian"))).toEqual([1, 2, 3, 4, 5].map((serial) => releaseName(id(serial))));
  });
});

describe("whatever a store says", () => {
  const images = ["a", "b", "c"] as const;
  const anyId = fc.record({ image: fc.constantFrom(...images), serial: fc.integer({ min: 1, max: 7 }) }).map(({ image, serial }) => id(serial, image));
  const anyTime = fc.integer({ min: 0, max: 60 }).map((days) => new Date(now.getTime() - days * 86_400_000).toISOString());
  const anyRelease = fc.record({ at: anyId, finishedAt: anyTime, passed: fc.boolean(), parent: fc.option(anyId, { nil: undefined }) })
    // A layer is on an image whose name comes before its own: there is no circle.
    .map(({ at, parent, ...facts }): StoreRelease => ({ ...at, ...facts, ...(parent && parent.image < at.image && { parent }) }));
  const anyNeeds: fc.Arbitrary<StoreNeeds> = fc.record({
    releases: fc.uniqueArray(anyRelease, { selector: releaseName, maxLength: 20 }),
    holds: fc.array(anyId.map((at) => ({ ...at, project: "p", stack: "s" })), { maxLength: 3 }),
    channels: fc.array(fc.tuple(anyId, fc.integer({ min: 1, max: 7 })).map(([at, former]) => ({ ...at, channel: "stable", former: id(former).version })), { maxLength: 3 }),
    requests: fc.array(anyId.map((at) => ({ ...at, stack: "p/s" })), { maxLength: 2 }),
    revocations: fc.array(anyId.map((at) => ({ ...at, reason: "r" })), { maxLength: 3 }),
    publications: fc.array(fc.tuple(anyId, anyTime).map(([at, when]) => ({ ...at, at: when })), { maxLength: 3 }),
    uses: fc.array(anyId.map((at) => ({ ...at, by: "x" })), { maxLength: 2 }),
  });
  const anyRules = fc.record({ retain: fc.integer({ min: 1, max: 3 }), keepFor: fc.integer({ min: 1, max: 30 }), images: fc.option(fc.subarray([...images]), { nil: undefined }) })
    .map((own): StoreRules => ({ retain: own.retain, keepFor: own.keepFor, now, ...(own.images && { images: own.images }) }));

  test("what somebody needs never goes, N-1 stays, and everything has its reason", () => {
    fc.assert(fc.property(anyNeeds, anyRules, (needs, own) => {
      const verdicts = storeRetention(needs, own);
      const goes = new Set(verdicts.filter(({ stays }) => !stays).map(releaseName));
      const { holds, channels, requests, revocations, uses } = needs;
      for (const need of [...holds, ...channels, ...requests, ...revocations, ...uses]) expect(goes).not.toContain(releaseName(need));
      for (const { image, former } of channels) expect(goes).not.toContain(`${image}@${former}`);
      for (const { parent, ...child } of needs.releases) if (parent && !goes.has(releaseName(child))) expect(goes).not.toContain(releaseName(parent));
      for (const image of images) {
        const revoked = new Set(revocations.map(releaseName));
        const usable = needs.releases.filter((release) => release.image === image && release.passed && !revoked.has(releaseName(release))).map(releaseName);
        const left = usable.filter((name) => !goes.has(name)).length;
        expect(left).toBeGreaterThanOrEqual(Math.min(usable.length, own.retain + 1));
        if (own.images && !own.images.includes(image)) expect([...goes].filter((name) => name.startsWith(`${image}@`))).toEqual([]);
      }
      for (const { why } of verdicts) expect(why.length).toBeGreaterThan(0);
      expect(verdicts).toHaveLength(needs.releases.length);
    }), { numRuns: 500 });
  });

  test("once it is gone nothing more goes, and one more need never makes anything else go", () => {
    fc.assert(fc.property(anyNeeds, anyRules, anyId, (needs, own, need) => {
      const left = needs.releases.filter((release) => storeRetention(needs, own).some((verdict) => verdict.stays && releaseName(verdict) === releaseName(release)));
      expect(storeRetention({ ...needs, releases: left }, own).filter(({ stays }) => !stays)).toEqual([]);
      const more = storeRetention({ ...needs, holds: [...needs.holds, { ...need, project: "p", stack: "t" }] }, own);
      for (const verdict of more) if (!verdict.stays) expect(left.map(releaseName)).not.toContain(releaseName(verdict));
    }), { numRuns: 300 });
  });

  test("a removal that ends anywhere leaves no release without what it is layered on", () => {
    fc.assert(fc.property(anyNeeds, anyRules, fc.nat({ max: 20 }), (needs, own, end) => {
      const there = new Set(needs.releases.map(releaseName));
      const whole = needs.releases.filter(({ parent }) => !parent || there.has(releaseName(parent)));
      for (const gone of removalOrder(storeRetention(needs, own), needs.releases).slice(0, end)) there.delete(releaseName(gone));
      for (const { parent, ...child } of whole) if (parent && there.has(releaseName(child))) expect(there).toContain(releaseName(parent));
    }), { numRuns: 300 });
  });
});
