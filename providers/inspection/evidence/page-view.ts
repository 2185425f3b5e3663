import prettyBytes from "pretty-bytes";
import { releaseName } from "#model/release";
import { severities, type Severity } from "#model/severity";
import type { PackageHistory } from "#providers/inspection/evidence/changes";
import { countFindings, type Evidence } from "#providers/inspection/evidence/evidence";
import { evidenceFiles } from "#providers/inspection/evidence/evidence-files";
import { codeSpans, count, duration, factName, factValue, minute, type Span } from "#providers/inspection/evidence/words";
import type { JudgedCheck, JudgedFinding, JudgedGate } from "#providers/inspection/judge";

/** A check and those of its findings that a list shows. */
export interface Issue {
  readonly check: JudgedCheck;
  readonly severity: Severity;
  readonly findings: readonly (JudgedFinding & { readonly spans: readonly Span[] })[];
  readonly lines: readonly { readonly name: string; readonly spans: readonly Span[] }[];
}

/** Findings of a check that are seen at once; the others unfold. */
const most = 20;

/** What the templates print: everything is worked out here, they only lay it out. */
export function pageView(evidence: Evidence, changes: PackageHistory | undefined) {
  const { gates, startedAt, finishedAt } = evidence;
  const checks = gates.flatMap((gate) => gate.checks);
  const took = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return {
    evidence,
    title: releaseName(evidence),
    summary: summary(evidence, checks),
    when: `${minute(finishedAt)}, in ${duration(took)}`,
    identity: identity(evidence),
    gates: gates.map(gateCard),
    failing: issues(checks, "fails"),
    waived: issues(checks, "waived"),
    tolerated: issues(checks, "tolerated"),
    waivers: evidence.waivers.map((waiver) => ({ ...waiver, state: waiver.expired ? "expired" : waiver.accepted > 0 ? "in use" : waiver.unknown ? "names no check" : "not needed" })),
    changes: changes && changeLists(changes),
    files: [...gates.flatMap(({ gate, files }) => files.map((name) => ({ name, gate }))), { name: evidenceFiles.json, gate: "this report, for programs" }, { name: evidenceFiles.junit, gate: "this report, for CI" }],
    count,
    most,
  };
}

function summary(evidence: Evidence, checks: readonly JudgedCheck[]): string[] {
  const asked = checks.filter(({ verdict }) => verdict !== "skipped").length;
  const failed = checks.filter(({ verdict }) => verdict === "failed").length;
  const passed = checks.filter(({ verdict }) => verdict === "passed" || verdict === "tolerated").length;
  const waived = countFindings(evidence, "waived");
  const tolerated = countFindings(evidence, "tolerated");
  return [
    failed > 0 ? `${failed} of ${count(asked, "check")} failed` : `${count(passed, "check")} passed`,
    ...(waived > 0 ? [`${count(waived, "finding")} waived`] : []),
    ...(tolerated > 0 ? [`${count(tolerated, "finding")} below the threshold`] : []),
    ...(checks.length > asked ? [`${checks.length - asked} not applicable`] : []),
  ];
}

function identity({ os, disk, builtAt, key, gateSet, target, owner, team }: Evidence): { name: string; value: string; code?: boolean }[] {
  const system = os && [os.family, os.release, os.arch, ...(os.firmware ?? [])].join(" ");
  return [
    ...(system ? [{ name: "System", value: system }] : []),
    { name: "Built", value: minute(builtAt) },
    { name: "Disk", value: `${prettyBytes(disk.bytes, { binary: true })}, ${prettyBytes(disk.virtualBytes, { binary: true })} as the guest sees it` },
    { name: "SHA-256 of the disk", value: disk.sha256, code: true },
    { name: "Build key", value: key, code: true },
    { name: "Set of gates", value: gateSet, code: true },
    ...[["Target", target], ["Owner", owner], ["Team", team]].flatMap(([name, value]) => (value === undefined ? [] : [{ name: name!, value }])),
  ];
}

function gateCard(gate: JudgedGate) {
  const number = (verdict: JudgedCheck["verdict"]) => gate.checks.filter((check) => check.verdict === verdict).length;
  const failed = number("failed");
  const asked = gate.checks.length - number("skipped");
  return {
    ...gate,
    took: gate.seconds > 0 ? duration(gate.seconds) : "",
    result: failed > 0 ? `${failed} of ${count(asked, "check")} failed` : asked > 0 ? count(asked, "check") : "nothing asked",
    named: Object.entries(gate.facts).map(([name, value]) => ({ name: factName(name), value: factValue(name, value) })),
    checks: gate.checks.toSorted((one, other) => rank.indexOf(one.verdict) - rank.indexOf(other.verdict)),
  };
}

const rank: readonly JudgedCheck["verdict"][] = ["failed", "waived", "tolerated", "passed", "skipped"];

/** Checks with findings of a kind, the worst first. */
function issues(checks: readonly JudgedCheck[], verdict: JudgedFinding["verdict"]): Issue[] {
  const found = checks.flatMap((check): Issue[] => {
    const findings = check.findings.filter((finding) => finding.verdict === verdict).toSorted((one, other) => weight(other.severity) - weight(one.severity));
    const lines = Object.entries({ "Should be": check.title, "Why it matters": check.why, "How to mend it": check.mend }).map(([name, text]) => ({ name, spans: codeSpans(text) }));
    return findings.length > 0 ? [{ check, findings: findings.map((finding) => ({ ...finding, spans: codeSpans(finding.problem) })), lines, severity: findings[0]!.severity }] : [];
  });
  return found.sort((one, other) => weight(other.severity) - weight(one.severity));
}

function weight(severity: Severity): number {
  return severities.indexOf(severity);
}

function changeLists({ since, added, removed, upgraded, downgraded }: PackageHistory) {
  const plain = (list: PackageHistory["added"]) => list.map(({ name, version, arch }) => ({ name, arch, versions: version }));
  const moved = (list: PackageHistory["upgraded"]) => list.map(({ name, arch, from, to }) => ({ name, arch, versions: `${from} → ${to}` }));
  const lists = [
    { what: "downgraded", packages: moved(downgraded) }, { what: "added", packages: plain(added) },
    { what: "removed", packages: plain(removed) }, { what: "upgraded", packages: moved(upgraded) },
  ];
  return { since, lists: lists.filter(({ packages }) => packages.length > 0) };
}
