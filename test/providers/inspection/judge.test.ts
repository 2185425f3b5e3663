import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Check } from "#providers/inspection/gate";
import { judge, type GateFindings, type StatedWaiver } from "#providers/inspection/judge";
import { isAtLeast, severities } from "#model/severity";
import { check } from "./evidence/samples.ts";

const today = "2026-11-21";
const waiver = (change: Partial<StatedWaiver> = {}): StatedWaiver => ({ rule: "hygiene/keys", image: "debian-12", reason: "known", expires: "2026-12-31", setting: "imagefleet:waivers[0]", ...change });
const keys = check("hygiene/keys", { findings: [{ place: "/a", problem: "a key" }, { place: "/b", problem: "a key" }] });
const gate = (checks: readonly Check[], more: Partial<GateFindings> = {}): GateFindings => ({ gate: "hygiene", failOn: "low", seconds: 1, result: { checks, facts: {}, files: [] }, ...more });
const problemsOf = (waivers: StatedWaiver[], found = [gate([keys])]) => judge(found, waivers, today).gates.at(-1)!.checks[0]!.findings.map(({ problem }) => problem);

describe("a verdict", () => {
  it("is passed where nothing is found, and a gate that asked nothing is skipped", () => {
    const { verdict, gates } = judge([gate([check("hygiene/x")]), gate([check("boot/y", { skipped: "no reason" })]), gate([])], [], today);
    expect(verdict).toBe("passed");
    expect(gates.map((one) => one.verdict)).toEqual(["passed", "skipped", "skipped"]);
  });

  it("fails exactly where a finding is as severe as the gate's threshold and no waiver accepts it", () => {
    const severity = fc.constantFrom(...severities);
    const finding = fc.record({ place: fc.constantFrom("/a", "/b"), problem: fc.string(), severity: fc.option(severity, { nil: undefined }) });
    const checks = fc.array(fc.record({ id: fc.constantFrom("hygiene/keys", "hygiene/other"), severity, findings: fc.array(finding, { maxLength: 3 }) }), { maxLength: 4 });
    const waivers = fc.array(fc.record({ rule: fc.constantFrom("hygiene/keys", "hygiene/*"), place: fc.constantFrom(undefined, "/a"), expires: fc.constantFrom("2026-11-21", "2027-01-01") }), { maxLength: 2 });
    fc.assert(fc.property(checks, waivers, severity, (some, accepted, failOn) => {
      const found = some.map((one) => check(one.id, one));
      const open = found.flatMap(({ id, severity: own, findings }) => findings.filter((one) => isAtLeast(one.severity ?? own, failOn)
        && !accepted.some(({ rule, place }) => (rule === id || rule === "hygiene/*") && (place === undefined || place === one.place))));
      const { verdict, gates } = judge([gate(found, { failOn })], accepted.map((one) => waiver(one)), today);
      expect(verdict).toBe(open.length > 0 ? "failed" : "passed");
      expect(gates[0]!.checks.flatMap(({ findings }) => findings).filter((one) => one.verdict === "fails")).toHaveLength(open.length);
    }));
  });

  it("is not milder for more findings, nor for fewer waivers", () => {
    fc.assert(fc.property(fc.subarray([...keys.findings]), fc.subarray([waiver({ place: "/a" }), waiver({ place: "/b" })]), (findings, waivers) => {
      const verdict = judge([gate([{ ...keys, findings }])], waivers, today).verdict;
      if (verdict === "failed") {
        expect(judge([gate([keys])], waivers, today).verdict).toBe("failed");
        expect(judge([gate([{ ...keys, findings }])], [], today).verdict).toBe("failed");
      }
    }));
  });

  it("does not count a check as waived while one of its findings is not", () => {
    const { gates } = judge([gate([keys])], [waiver({ place: "/a" })], today);
    expect(gates[0]!.checks[0]).toMatchObject({ verdict: "failed", findings: [{ verdict: "waived" }, { verdict: "fails" }] });
  });
});

describe("a waiver", () => {
  it("is told how many findings it accepted", () => {
    expect(judge([gate([keys])], [waiver(), waiver({ rule: "boot/*" })], today).waivers.map(({ accepted }) => accepted)).toEqual([2, 0]);
  });

  it("that has expired accepts nothing, fails, and says where to extend it", () => {
    const judged = judge([gate([keys])], [waiver({ expires: "2026-11-20" })], today);
    expect(judged.verdict).toBe("failed");
    expect(judged.waivers).toMatchObject([{ expired: true, accepted: 0 }]);
    expect(problemsOf([waiver({ expires: "2026-11-20" })])).toEqual(["waived until 2026-11-20: known; 2 findings are still there: extend it in imagefleet:waivers[0], or mend"]);
  });

  it("that has expired fails when its finding is gone, too: it is to be removed", () => {
    const clean = [gate([check("hygiene/keys")])];
    expect(judge(clean, [waiver({ expires: "2026-11-20" })], today).verdict).toBe("failed");
    expect(problemsOf([waiver({ expires: "2026-11-20" })], clean)).toEqual(["waived until 2026-11-20: known; nothing fails for it any more: remove imagefleet:waivers[0]"]);
  });

  it("cannot waive that a waiver has expired", () => {
    expect(judge([], [waiver({ expires: "2026-11-20" }), waiver({ rule: "waivers/*" })], today).verdict).toBe("failed");
  });
});
