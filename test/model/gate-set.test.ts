import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultGates } from "#model/config/gates-schema";
import { gateSetOf, type GateSet } from "#model/gate-set";
import type { Waiver } from "#model/gates";

const waiver = (expires: string, more: Partial<Waiver> = {}): Waiver => ({ rule: "hygiene/x", image: "debian", reason: "r", expires, ...more });
const base: GateSet = { gates: defaultGates, waivers: [waiver("2026-11-30"), waiver("2027-01-31", { rule: "boot/y" })], rules: "abc", today: "2026-11-21" };

describe("a gate set", () => {
  it("has a name of 16 hexadecimal digits that stays the same from day to day", () => {
    expect(gateSetOf(base)).toMatch(/^[0-9a-f]{16}$/);
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }), (day) => {
      expect(gateSetOf({ ...base, today: `2026-11-${String(day).padStart(2, "0")}` })).toBe(gateSetOf(base));
    }));
  });

  it("is another one from the day on which a waiver has expired", () => {
    const names = ["2026-11-30", "2026-12-01", "2027-01-31", "2027-02-01"].map((today) => gateSetOf({ ...base, today }));
    expect(names[0]).toBe(gateSetOf(base));
    expect(names[1]).not.toBe(names[0]);
    expect(names[2]).toBe(names[1]);
    expect(names[3]).not.toBe(names[2]);
  });

  it("does not depend on the order of waivers", () => {
    fc.assert(fc.property(fc.shuffledSubarray([...base.waivers], { minLength: 2 }), (waivers) => {
      expect(gateSetOf({ ...base, waivers })).toBe(gateSetOf(base));
    }));
  });

  it("is another one for every other gate, waiver, target and rule", () => {
    const variants: GateSet[] = [
      base,
      { ...base, gates: { ...defaultGates, boot: { ...defaultGates.boot, grow: 2 } } },
      { ...base, gates: { ...defaultGates, hygiene: { failOn: "high" } } },
      { ...base, waivers: [] },
      { ...base, waivers: [waiver("2026-12-24"), base.waivers[1]!] },
      { ...base, waivers: [waiver("2026-11-30", { place: "/etc" }), base.waivers[1]!] },
      { ...base, waivers: [waiver("2026-11-30", { reason: "other" }), base.waivers[1]!] },
      { ...base, target: "vagrant" },
      { ...base, rules: "abd" },
    ];
    expect(new Set(variants.map(gateSetOf)).size).toBe(variants.length);
  });
});
