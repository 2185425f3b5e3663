import type { Waiver } from "#model/gates";
import { nearest } from "#model/nearest";
import { isAtLeast, type Severity } from "#model/severity";
import { covers, hasExpired, waiverFor } from "#model/waivers";
import type { Check, Finding, GateResult } from "#providers/inspection/gate";

/** A waiver, and where the configuration has it: `imagefleet:waivers[2]`. */
export interface StatedWaiver extends Waiver {
  readonly setting: string;
}

/** What a gate found, before it is judged. */
export interface GateFindings {
  readonly gate: string;
  /** The mildest severity that fails it. */
  readonly failOn: Severity;
  readonly seconds: number;
  readonly result: GateResult;
}

export interface JudgedFinding extends Finding {
  readonly severity: Severity;
  /** `tolerated`: milder than what fails the gate. */
  readonly verdict: "fails" | "waived" | "tolerated";
  readonly waiver?: StatedWaiver;
}

export interface JudgedCheck extends Check {
  readonly verdict: "passed" | "failed" | "waived" | "tolerated" | "skipped";
  readonly findings: readonly JudgedFinding[];
}

export interface JudgedGate {
  readonly gate: string;
  readonly failOn: Severity;
  readonly verdict: "passed" | "failed" | "skipped";
  readonly seconds: number;
  readonly facts: GateResult["facts"];
  readonly files: readonly string[];
  readonly checks: readonly JudgedCheck[];
}

/** A waiver after the verdict: what it was good for. */
export interface UsedWaiver extends StatedWaiver {
  readonly expired: boolean;
  /** Findings that would have failed without it. */
  readonly accepted: number;
  /** Whether this inspection asked no check of that id. */
  readonly unknown: boolean;
  /** The id that a misspelt one may have meant. */
  readonly meant?: string;
}

export interface Judgement {
  readonly verdict: "passed" | "failed";
  readonly gates: readonly JudgedGate[];
  readonly waivers: readonly UsedWaiver[];
}

/**
 * The verdict on what the gates found: waivers and thresholds applied. An expired waiver is a finding of its own, so that
 * what was accepted for a time is not accepted for good by being forgotten.
 * @param today `YYYY-MM-DD`, UTC.
 */
export function judge(found: readonly GateFindings[], waivers: readonly StatedWaiver[], today: string): Judgement {
  const judged = found.map((gate) => judgeGate(gate, waivers, today));
  const gates = waivers.length > 0 ? [...judged, waiverGate(judged, waivers, today)] : judged;
  return {
    verdict: gates.some(({ verdict }) => verdict === "failed") ? "failed" : "passed",
    gates,
    waivers: waivers.map((waiver) => usedWaiver(waiver, gates.flatMap(({ checks }) => checks), today)),
  };
}

function usedWaiver(waiver: StatedWaiver, checks: readonly JudgedCheck[], today: string): UsedWaiver {
  const accepted = checks.flatMap(({ findings }) => findings).filter((finding) => finding.waiver === waiver).length;
  const unknown = !checks.some(({ id }) => covers({ ...waiver, place: undefined }, { rule: id, place: "" }));
  const meant = unknown ? nearest(waiver.rule, checks.map(({ id }) => id)) : undefined;
  return { ...waiver, expired: hasExpired(waiver, today), accepted, unknown, ...(meant !== undefined && { meant }) };
}

/** The verdict on one gate by itself. */
export function judgeGate({ gate, failOn, seconds, result }: GateFindings, waivers: readonly StatedWaiver[], today: string): JudgedGate {
  const checks = result.checks.map((check) => judgeCheck(check, failOn, waivers, today));
  return { gate, failOn, verdict: verdictOf(checks), seconds, facts: result.facts, files: result.files, checks };
}

function judgeCheck(check: Check, failOn: Severity, waivers: readonly StatedWaiver[], today: string): JudgedCheck {
  const findings = check.findings.map((finding): JudgedFinding => {
    const severity = finding.severity ?? check.severity;
    if (!isAtLeast(severity, failOn)) return { ...finding, severity, verdict: "tolerated" };
    const waiver = waiverFor(waivers, { rule: check.id, place: finding.place }, today);
    return waiver ? { ...finding, severity, verdict: "waived", waiver } : { ...finding, severity, verdict: "fails" };
  });
  const has = (verdict: JudgedFinding["verdict"]) => findings.some((finding) => finding.verdict === verdict);
  if (has("fails")) return { ...check, findings, verdict: "failed" };
  if (check.skipped !== undefined) return { ...check, findings, verdict: "skipped" };
  if (has("waived")) return { ...check, findings, verdict: "waived" };
  return { ...check, findings, verdict: has("tolerated") ? "tolerated" : "passed" };
}

function verdictOf(checks: readonly JudgedCheck[]): JudgedGate["verdict"] {
  if (checks.some(({ verdict }) => verdict === "failed")) return "failed";
  return checks.every(({ verdict }) => verdict === "skipped") ? "skipped" : "passed";
}

/** No waiver counts here: one could else keep itself alive. */
function waiverGate(judged: readonly JudgedGate[], waivers: readonly StatedWaiver[], today: string): JudgedGate {
  const findings = waivers.filter((waiver) => hasExpired(waiver, today)).map((waiver): Finding => ({ place: waiver.place ? `${waiver.rule} at ${waiver.place}` : waiver.rule, problem: whyExpired(waiver, judged) }));
  const check: Check = {
    id: "waivers/expired",
    title: "No waiver has expired",
    why: "What is accepted for a time has to be looked at again when the time is over.",
    mend: "Mend what was accepted and remove the waiver, or extend `expires` if it is still accepted.",
    severity: "high",
    findings,
  };
  return judgeGate({ gate: "waivers", failOn: "info", seconds: 0, result: { checks: [check], facts: {}, files: [] } }, [], today);
}

function whyExpired(waiver: StatedWaiver, judged: readonly JudgedGate[]): string {
  const until = `waived until ${waiver.expires}: ${waiver.reason}`;
  const left = judged.flatMap(({ checks }) => checks.flatMap((check) => check.findings.filter(({ place, verdict }) => verdict === "fails" && covers(waiver, { rule: check.id, place })))).length;
  if (left === 0) return `${until}; nothing fails for it any more: remove ${waiver.setting}`;
  return `${until}; ${left === 1 ? "its finding is" : `${left} findings are`} still there: extend it in ${waiver.setting}, or mend`;
}
