import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Waiver } from "#model/gates";
import { covers, hasExpired, utcDay, waiverFor } from "#model/waivers";

const waiver = (change: Partial<Waiver> = {}): Waiver => ({ rule: "hygiene/password-hash", image: "debian", reason: "declared", expires: "2026-11-30", ...change });
const finding = { rule: "hygiene/password-hash", place: "/etc/shadow" };
const day = fc.date({ min: new Date("2000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true }).map(utcDay);

describe("a waiver", () => {
  it("counts on its last day and not on the next", () => {
    expect(hasExpired(waiver(), "2026-11-30")).toBe(false);
    expect(hasExpired(waiver(), "2026-12-01")).toBe(true);
  });

  it("never counts again once it has expired", () => {
    fc.assert(fc.property(day, day, day, (expires, one, other) => {
      const [earlier, later] = [one, other].sort() as [string, string];
      if (hasExpired(waiver({ expires }), earlier)) expect(hasExpired(waiver({ expires }), later)).toBe(true);
    }));
  });

  it("covers its rule alone, or all that begin like it where it ends with a star", () => {
    expect(covers(waiver(), finding)).toBe(true);
    expect(covers(waiver({ rule: "hygiene/password" }), finding)).toBe(false);
    expect(covers(waiver({ rule: "hygiene/pass*" }), finding)).toBe(true);
    expect(covers(waiver({ rule: "hygiene/*" }), { rule: "boot/login", place: "" })).toBe(false);
  });

  it("covers any place, or exactly its own", () => {
    expect(covers(waiver({ place: "/etc/shadow" }), finding)).toBe(true);
    expect(covers(waiver({ place: "/etc" }), finding)).toBe(false);
  });
});

describe("of several waivers", () => {
  it("the one that accepts a finding longest is taken, none that has expired, whatever their order", () => {
    const waivers = fc.array(day.map((expires) => waiver({ expires })), { maxLength: 5 });
    fc.assert(fc.property(waivers, day, (some, today) => {
      const found = waiverFor(some, finding, today);
      const last = some.map(({ expires }) => expires).filter((expires) => expires >= today).sort().at(-1);
      expect(found?.expires).toBe(last);
      expect(waiverFor(some.toReversed(), finding, today)?.expires).toBe(last);
    }));
  });
});
