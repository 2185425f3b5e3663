import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseEpoch } from "#model/config/epoch";

describe("a date", () => {
  it("is any day of the calendar", () => {
    fc.assert(fc.property(fc.date({ min: new Date("2000-01-01"), max: new Date("2999-12-31"), noInvalidDate: true }), (date) => {
      const day = date.toISOString().slice(0, 10);
      expect(parseEpoch(day)).toBe(day);
      expect(parseEpoch(`${day} 00:00:00 +0000 UTC`)).toBe(day);
      expect(parseEpoch(`${day}T00:00:00Z`)).toBe(day);
    }));
  });

  it.each(["2026-02-29", "2026-00-01", "2026-13-01", "2026-11-31", "2026-11-00", "2026-1-1", "11/01/2026", "2026.1101", "", "2026-11-01x", "2026-11-01 10:00:00 +0000 UTC", "2026-11-01T00:00:00+02:00"])("is not %j", (text) => {
    expect(parseEpoch(text)).toBeUndefined();
  });

  it("may be the last of February in a leap year", () => {
    expect(parseEpoch("2028-02-29")).toBe("2028-02-29");
  });
});
