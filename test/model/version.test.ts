import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions, isVersion, nextVersion, versionPrefix } from "#model/version";

const epoch = fc.date({ min: new Date("1990-01-01"), max: new Date("2199-12-31"), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));

test("a version is valid as semver and reads back as one", () => {
  fc.assert(fc.property(epoch, (day) => {
    const version = nextVersion(day, []);
    expect(version).toMatch(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/);
    expect(isVersion(version)).toBe(true);
  }));
});

test("versions are ordered as their epochs are, then by serial", () => {
  fc.assert(fc.property(epoch, epoch, (a, b) => {
    expect(Math.sign(compareVersions(nextVersion(a, []), nextVersion(b, [])))).toBe(a < b ? -1 : a > b ? 1 : 0);
  }));
  expect(compareVersions("2026.1101.10", "2026.1101.9")).toBeGreaterThan(0);
});

test("the next version comes after every one that was given, whatever became of it", () => {
  fc.assert(fc.property(epoch, fc.uniqueArray(fc.integer({ min: 1, max: 10_000 })), (day, serials) => {
    const taken = serials.map((serial) => `${versionPrefix(day)}.${serial}`);
    expect(taken.every((version) => compareVersions(nextVersion(day, taken), version) > 0)).toBe(true);
  }));
  expect(nextVersion("2026-11-01", ["2026.1101.2", "2026.1031.7", "nonsense"])).toBe("2026.1101.3");
});

test("3 January has no leading zero", () => {
  expect(nextVersion("2026-01-03", [])).toBe("2026.103.1");
});
