import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planFleet, type FleetFacts } from "#model/plan-fleet";
import { compareVersions } from "#model/version";
import { channelsOf, factsOf, imageOf, ledgerOf, needsOf, stored, version } from "./stored.ts";

const image = imageOf("debian-12");
const three = [1, 2, 3].map((serial) => stored("debian-12", serial));

function plan(facts: Partial<FleetFacts>, { key, ledger = ledgerOf(three), of = image }: { key?: string; ledger?: ReturnType<typeof ledgerOf>; of?: typeof image } = {}) {
  return planFleet([needsOf(of, ledger, key)], factsOf(facts));
}

const promoted = channelsOf({ candidate: { "debian-12": "latest" }, stable: { "debian-12": "candidate" }, frozen: { "debian-12": version(1) } });
const revoke = (...serials: number[]) => new Map(serials.map((serial) => [`debian-12@${version(serial)}`, "CVE-2026-0001"]));

describe("a channel", () => {
  test("points at the newest release, at a version, or where another one points, and says how it came to that", () => {
    expect(plan({ channels: promoted }).channels).toEqual([
      { channel: "candidate", image: "debian-12", version: version(3), via: ["latest"] },
      { channel: "stable", image: "debian-12", version: version(3), via: ["candidate", "latest"] },
      { channel: "frozen", image: "debian-12", version: version(1), via: [version(1)] },
    ]);
  });

  test("says where it has pointed so far", () => {
    const pointed = [{ channel: "stable", image: "debian-12", version: version(2) }, { channel: "stable", image: "other", version: version(9) }];
    expect(plan({ channels: promoted, pointed }).channels.map((one) => one.pointed)).toEqual([undefined, version(2), undefined]);
  });

  test("points at what is to be built where a stack builds", () => {
    expect(plan({ channels: promoted }, { key: "new" }).channels[1]).toMatchObject({ version: version(4), via: ["candidate", "latest"] });
  });

  test("decides the current release where nothing is built: the newest that one points at, whatever else the store has", () => {
    const current = (channels: Record<string, Record<string, string>>) => plan({ channels: channelsOf(channels) }).images[0]?.version;
    expect(current({ stable: { "debian-12": version(1) } })).toBe(version(1));
    expect(current({ stable: { "debian-12": version(1) }, candidate: { "debian-12": version(2) } })).toBe(version(2));
    expect(current({})).toBe(version(3));
  });

  test.each([
    ["that the store does not have", three, version(7), "has no release 2026.1101.7 of debian-12"],
    ["that has not passed", [stored("debian-12", 1, { passed: [] }), ...three.slice(1)], version(1), "has not passed its gates"],
    ["that is not sealed for a site", [stored("debian-12", 1, { formats: ["raw"] }), ...three.slice(1)], version(1), "is not sealed as qcow2 (laptop)"],
  ])("does not point at a release %s: it is told once, where it is written", (_, releases, target, problem) => {
    const { faults, images, missing } = plan({ channels: channelsOf({ candidate: { "debian-12": target }, stable: { "debian-12": "candidate" } }) }, { ledger: ledgerOf(releases) });
    expect(faults).toEqual([expect.objectContaining({ path: "imagefleet:channels.candidate.debian-12", problem: expect.stringContaining(problem) as string })]);
    expect([images.length, missing]).toEqual([1, []]);
  });

  test("says who may have built a release that is missing, and that one was removed or is damaged", () => {
    const channels = channelsOf({ stable: { "debian-12": version(7) } });
    const of = (more: object) => plan({ channels }, { ledger: { ...ledgerOf(three), ...more } }).faults[0];
    expect(of({ elsewhere: [{ version: version(1), stack: "imagefleet/dev" }] })?.hint).toContain("releases of it are held by imagefleet/dev, where that may be");
    expect(of({ taken: [version(7)] })?.problem).toContain("has been removed from the store");
    expect(of({ damaged: [{ version: version(7), problem: "disk.qcow2 altered" }] })?.problem).toContain("is damaged: disk.qcow2 altered");
  });

  test("needs no format of a site that holds nothing back", () => {
    const releases = [stored("debian-12", 1, { formats: ["qcow2"] })];
    const formatsOf = (site: string) => (site === "edge" ? ["raw"] : ["qcow2"]);
    const facts = (bestEffort: string[]) => ({ formatsOf, channels: channelsOf({ stable: { "debian-12": version(1) } }, bestEffort) });
    const of = imageOf("debian-12", { sites: ["edge", "laptop"] });
    expect(plan(facts(["edge"]), { ledger: ledgerOf(releases), of }).faults).toEqual([]);
    expect(plan(facts([]), { ledger: ledgerOf(releases), of }).faults).toHaveLength(1);
  });
});

describe("a channel of a revoked release", () => {
  test("falls back to the newest release that is held and not revoked, and says from what and why", () => {
    const { channels, faults } = plan({ channels: promoted, revoked: revoke(3, 1) });
    const revokedFallback = (serial: number) => ({ from: version(serial), reason: "CVE-2026-0001" });
    expect(faults).toEqual([]);
    expect(channels).toMatchObject([{ version: version(2), revokedFallback: revokedFallback(3) }, { version: version(2), via: ["candidate", "latest"], revokedFallback: revokedFallback(3) }, { version: version(2), revokedFallback: revokedFallback(1) }]);
  });

  test("asks where there is none", () => {
    const { faults } = plan({ channels: channelsOf({ stable: { "debian-12": version(3) } }), revoked: revoke(3) }, { ledger: ledgerOf(three, [3]) });
    expect(faults).toEqual([expect.objectContaining({ path: "imagefleet:channels.stable.debian-12", problem: expect.stringContaining("is revoked (CVE-2026-0001), and this stack holds no other") as string, hint: expect.stringContaining("npm run bump -- --image debian-12") as string })]);
  });
});

describe("any channels", () => {
  const names = ["a", "b", "c", "d"];
  const target = (index: number) => fc.oneof(fc.constant("latest"), fc.integer({ min: 1, max: 7 }).map(version), ...(index > 0 ? [fc.constantFrom(...names.slice(0, index))] : []));
  const anyWorld = fc.record({
    targets: fc.tuple(...names.map((_, index) => target(index))),
    releases: fc.array(fc.record({ passed: fc.boolean(), sealed: fc.boolean(), held: fc.boolean(), revoked: fc.boolean() }), { minLength: 1, maxLength: 6 }),
    builds: fc.boolean(),
  });

  test("point only at what is whole and not revoked, or have a fault; what they point at is declared", () => {
    fc.assert(fc.property(anyWorld, ({ targets, releases, builds }) => {
      const all = releases.map(({ passed, sealed }, index) => stored("debian-12", index + 1, { passed: passed ? ["g"] : [], formats: sealed ? ["qcow2"] : [] }));
      const indices = (which: "held" | "revoked") => releases.flatMap((release, index) => (release[which] ? [index + 1] : []));
      const channels = channelsOf(Object.fromEntries(names.map((name, index) => [name, { "debian-12": targets[index]! }])));
      const revoked = revoke(...indices("revoked"));
      const { channels: resolved, faults, images, missing } = plan({ channels, revoked }, { ledger: ledgerOf(all, indices("held")), ...(builds && { key: "new" }) });
      const [current] = images;
      for (const { channel, version: at, via, revokedFallback } of resolved) {
        const release = all.find(({ build }) => build.version === at);
        expect(revoked.has(`debian-12@${at}`)).toBe(false);
        if (!builds || at !== current?.version) expect(release?.passed.length && release.formats["qcow2"]).toBeTruthy();
        expect([current?.version, ...current!.retained.map(({ build }) => build.version)]).toContain(at);
        const next = resolved.find((one) => one.channel === via[0]);
        if (next) expect([next.version, next.via]).toEqual([at, via.slice(1)]);
        if (revokedFallback) expect(revoked.has(`debian-12@${revokedFallback.from}`)).toBe(true);
        expect(channels[channel]!.images["debian-12"]).toBe(via[0]);
      }
      // Each channel is resolved, or leads to one that has a fault, or there is nothing at all to point at.
      const silent = names.filter((name) => !resolved.some(({ channel }) => channel === name));
      if (silent.length > 0) expect(faults.length + missing.length).toBeGreaterThan(0);
      if (resolved.length > 0 && !builds) expect(current?.version).toBe(resolved.map((one) => one.version).sort(compareVersions).at(-1));
    }), { numRuns: 500 });
  });
});
