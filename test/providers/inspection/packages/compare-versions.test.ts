import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { comparePackageVersions } from "../../../../providers/inspection/packages/compare-versions.ts";
import type { PackageType } from "../../../../providers/inspection/packages/package-database.ts";

const hasRpm = spawnSync("rpm", ["--version"]).status === 0;
const hasDpkg = spawnSync("dpkg", ["--version"]).status === 0;

/** Texts out of few signs, so that they often begin alike. */
const text = (signs: string) => fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 6 }).map((list) => `1${list.join("")}0`);

const ascending: Record<PackageType, string[]> = {
  deb: ["1.0~rc1-1", "1.0-1", "1.0-1+b1", "1.0-1+deb12u1", "1.0-2", "1.0a-1", "1.0+dfsg-1", "1.0.1-1", "1.9-1", "1.10-1", "1:0.1-1"],
  rpm: ["1.0~rc1-1", "1.0-1.el9", "1.0-1.el9_2", "1.0-2", "1.0^git1-1", "1.0a-1", "1.0.1-1", "1.9-1", "1.10-1", "2:0.1-1"],
  apk: ["1.0_alpha1-r0", "1.0_beta2-r0", "1.0_rc1-r0", "1.0_rc2-r0", "1.0-r0", "1.0-r2", "1.0-r10", "1.0_git20260101-r0", "1.0_p1-r0", "1.0a-r0", "1.0.0-r0", "1.9-r0", "1.10-r0"],
};

describe.each(Object.entries(ascending) as [PackageType, string[]][])("%s", (type, versions) => {
  test("orders versions as the package manager does", () => {
    const shuffled = [...versions].sort();
    expect(shuffled.sort((a, b) => comparePackageVersions(type, a, b))).toEqual(versions);
  });

  test("is an order: of two versions the same is always the older", () => {
    fc.assert(fc.property(text("0129.~+^-ab_r"), text("0129.~+^-ab_r"), (a, b) => {
      expect(Math.sign(comparePackageVersions(type, a, b))).toBe(-Math.sign(comparePackageVersions(type, b, a)) + 0);
      expect(comparePackageVersions(type, a, a)).toBe(0);
    }));
  });
});

test.skipIf(!hasDpkg)("agrees with dpkg itself", { timeout: 60_000 }, () => {
  fc.assert(fc.property(text("012.~+-ab"), text("012.~+-ab"), (a, b) => {
    const older = spawnSync("dpkg", ["--compare-versions", a, "lt", b]).status === 0;
    expect(comparePackageVersions("deb", a, b) < 0).toBe(older);
  }), { numRuns: 150 });
});

test.skipIf(!hasRpm)("agrees with rpm itself", () => {
  const pairs = fc.sample(fc.tuple(text("012.~^_ab"), text("012.~^_ab")), 300);
  const program = pairs.map(([a, b]) => `print(rpm.vercmp("${a}", "${b}") .. "\\n")`).join("\n");
  const words = execFileSync("rpm", ["--eval", `%{lua:${program}}`], { encoding: "utf8" }).trim().split(/\s+/).map(Number);
  pairs.forEach(([a, b], index) => expect(`${a} ${b} ${Math.sign(comparePackageVersions("rpm", a, b))}`).toBe(`${a} ${b} ${words[index]}`));
});
