import { expect, test } from "vitest";
import { readGrypeReport } from "../../../../providers/inspection/scan/grype-report.ts";
import { readSarifReport } from "../../../../providers/inspection/scan/sarif-report.ts";
import { readTrivyReport } from "../../../../providers/inspection/scan/trivy-report.ts";
import { severityOf, vulnerabilityFindings } from "../../../../providers/inspection/scan/vulnerability.ts";

test("SARIF results take the CVSS score of their rule, else their level", () => {
  const result = (ruleId: string, level?: string) => ({ ruleId, level, message: { text: `Package: leaky\n${ruleId}` }, locations: [{ physicalLocation: { artifactLocation: { uri: "usr/bin/leaky" } } }] });
  const rules = [{ id: "CVE-1", properties: { "security-severity": "9.8" } }, { id: "CVE-2", properties: {} }];
  const found = readSarifReport({ version: "2.1.0", runs: [{ tool: { driver: { rules } }, results: [result("CVE-1", "note"), result("CVE-2", "error"), result("CVE-3")] }] });
  expect(found.map(({ id, severity }) => `${id} ${severity}`)).toEqual(["CVE-1 critical", "CVE-2 high", "CVE-3 medium"]);
  expect(found[0]).toMatchObject({ subject: "usr/bin/leaky", title: "Package: leaky; CVE-1" });
});

test("trivy's other scanners are findings too, and never say what matched", () => {
  const found = readTrivyReport({ SchemaVersion: 2, Results: [{ Target: "root/.aws/credentials", Secrets: [{ RuleID: "aws-secret", Severity: "CRITICAL", Title: "AWS key", Match: "wJalr" }] }, { Target: "x", Misconfigurations: [{ ID: "DS1", Status: "PASS" }, { ID: "DS2", Status: "FAIL", Severity: "LOW" }] }] });
  expect(vulnerabilityFindings(found)).toEqual([
    { place: "aws-secret", severity: "critical", problem: "root/.aws/credentials: AWS key" },
    { place: "DS2", severity: "low", problem: "x" },
  ]);
});

test.each([["trivy", readTrivyReport], ["grype", readGrypeReport], ["sarif", readSarifReport]] as const)("an empty object is no clean report of %s", (_, read) => {
  expect(() => read({})).toThrow();
});

test("findings come worst first, each once, with one line of title", () => {
  const one = { id: "CVE-2", severity: "low", subject: "b 1", title: `first\nsecond` } as const;
  expect(vulnerabilityFindings([one, { ...one, id: "CVE-1" }, one, { ...one, id: "CVE-9", severity: "high", fixed: "2" }])).toEqual([
    { place: "CVE-9", severity: "high", problem: "b 1: first: fixed in 2" },
    { place: "CVE-1", severity: "low", problem: "b 1: first" },
    { place: "CVE-2", severity: "low", problem: "b 1: first" },
  ]);
});

test("a severity that nobody knows is not taken for a mild one", () => {
  expect(["CRITICAL", "Negligible", "UNKNOWN", undefined].map(severityOf)).toEqual(["critical", "info", "medium", "medium"]);
});
