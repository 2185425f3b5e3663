import { create } from "xmlbuilder2";
import type { XMLBuilder } from "xmlbuilder2/lib/interfaces.js";
import { releaseName } from "#model/release";
import type { Evidence } from "#providers/inspection/evidence/evidence";
import type { JudgedCheck, JudgedFinding, JudgedGate } from "#providers/inspection/judge";

/**
 * The evidence as JUnit XML, as CI systems read it: a suite for each gate, a test case for each check. What was not asked and
 * what is waived is skipped, with the reason; what is milder than the gate's threshold passes and is printed.
 */
export function junitReport(evidence: Evidence): string {
  const { gates, startedAt } = evidence;
  const name = releaseName(evidence);
  const document = create({ version: "1.0", encoding: "UTF-8" });
  const root = document.ele("testsuites", { name, ...counts(gates.flatMap(({ checks }) => checks)), time: seconds(gates) });
  gates.forEach((gate, index) => addSuite(root, gate, { id: index, name, timestamp: startedAt.slice(0, 19), image: evidence.image }));
  return `${document.end({ prettyPrint: true })}\n`;
}

interface Suite {
  readonly id: number;
  /** Name of the release. */
  readonly name: string;
  /** RFC 3339 without fraction and zone, as the schema wants it; UTC. */
  readonly timestamp: string;
  readonly image: string;
}

function addSuite(root: XMLBuilder, gate: JudgedGate, { id, name, timestamp, image }: Suite): void {
  const suite = root.ele("testsuite", { id, name: gate.gate, package: name, hostname: "localhost", timestamp, ...counts(gate.checks), time: gate.seconds.toFixed(3) });
  const facts = Object.entries(gate.facts);
  if (facts.length > 0) {
    const properties = suite.ele("properties");
    for (const [key, value] of facts) properties.ele("property", { name: plain(key), value: plain(String(value)) });
  }
  for (const check of gate.checks) addCase(suite, check, `${image}.${gate.gate}`);
}

function addCase(suite: XMLBuilder, check: JudgedCheck, classname: string): void {
  // Readers add the times of the cases up; the gate's is known as a whole only.
  const test = suite.ele("testcase", { name: plain(`${check.id}: ${check.title}`), classname: plain(classname), time: "0.000" });
  const [failing, other] = [check.findings.filter(({ verdict }) => verdict === "fails"), check.findings.filter(({ verdict }) => verdict !== "fails")];
  if (check.verdict === "failed") test.ele("failure", { message: plain(`${failing.length} found: ${place(failing[0]!)}`), type: check.severity }).txt(plain(explain(check, failing)));
  if (check.verdict === "skipped") test.ele("skipped", { message: plain(check.skipped ?? "") });
  if (check.verdict === "waived") test.ele("skipped", { message: plain(waivedBy(other)) });
  if (other.length > 0) test.ele("system-out").txt(plain(other.map((finding) => `${finding.verdict} (${finding.severity}): ${place(finding)}${reason(finding)}`).join("\n")));
}

function explain({ why, mend }: JudgedCheck, failing: readonly JudgedFinding[]): string {
  return [...failing.map(place), `Why it matters: ${why}`, `To mend it: ${mend}`].join("\n");
}

function place({ place: where, problem }: JudgedFinding): string {
  return `${where}: ${problem}`;
}

function reason({ waiver }: JudgedFinding): string {
  return waiver ? `; waived until ${waiver.expires} (${waiver.setting}): ${waiver.reason}` : "";
}

function waivedBy(findings: readonly JudgedFinding[]): string {
  return [...new Set(findings.flatMap(({ waiver }) => (waiver ? [`waived until ${waiver.expires}: ${waiver.reason}`] : [])))].join("; ");
}

function counts(checks: readonly JudgedCheck[]): Record<string, number> {
  const number = (...verdicts: JudgedCheck["verdict"][]) => checks.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return { tests: checks.length, failures: number("failed"), errors: 0, skipped: number("skipped", "waived") };
}

function seconds(gates: readonly JudgedGate[]): string {
  return gates.reduce((sum, gate) => sum + gate.seconds, 0).toFixed(3);
}

/**
 * What XML 1.0 has no way to write, such as the bell or half a surrogate pair, becomes a replacement character. The library
 * takes text that looks like an entity for one and leaves its ampersand as it is: that is escaped here.
 */
function plain(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd").replace(/&(?=#?\w+;)/g, "&amp;");
}
