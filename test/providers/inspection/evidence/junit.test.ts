import { create } from "xmlbuilder2";
import { describe, expect, it } from "vitest";
import { junitReport } from "#providers/inspection/evidence/junit";
import { judge } from "#providers/inspection/judge";
import { check, sampleEvidence } from "./samples.ts";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

/** What the usual schemas of JUnit XML allow: attributes (the wanted ones marked) and children, in this order where it matters. */
const rules: Readonly<Record<string, { attributes: readonly string[]; wanted: readonly string[]; children: readonly string[]; once?: readonly string[] }>> = {
  testsuites: { attributes: ["name", "tests", "failures", "errors", "skipped", "time"], wanted: ["tests", "failures", "errors"], children: ["testsuite"] },
  testsuite: { attributes: ["id", "name", "package", "hostname", "timestamp", "tests", "failures", "errors", "skipped", "time"], wanted: ["name", "tests", "failures", "errors", "time", "timestamp", "hostname"], children: ["properties", "testcase"], once: ["properties"] },
  properties: { attributes: [], wanted: [], children: ["property"] },
  property: { attributes: ["name", "value"], wanted: ["name", "value"], children: [] },
  testcase: { attributes: ["name", "classname", "time"], wanted: ["name", "classname", "time"], children: ["skipped", "failure", "system-out"], once: ["skipped", "failure", "system-out"] },
  skipped: { attributes: ["message"], wanted: [], children: [] },
  failure: { attributes: ["message", "type"], wanted: ["type"], children: [] },
  "system-out": { attributes: [], wanted: [], children: [] },
};

function parse(xml: string): Element {
  return elementOf(create(xml).root().node as unknown as DomElement);
}

interface DomElement {
  readonly nodeName: string;
  readonly nodeType: number;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<DomElement>;
}

function elementOf(node: DomElement): Element {
  const children = [...node.childNodes].filter(({ nodeType }) => nodeType === 1).map(elementOf);
  return { name: node.nodeName, attributes: Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value])), children, text: node.textContent };
}

function validate(element: Element): void {
  const rule = rules[element.name]!;
  const names = Object.keys(element.attributes);
  expect(names.filter((name) => !rule.attributes.includes(name)), element.name).toEqual([]);
  expect(rule.wanted.filter((name) => !names.includes(name)), element.name).toEqual([]);
  const order = element.children.map(({ name }) => rule.children.indexOf(name));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  for (const name of rule.once ?? []) expect(element.children.filter((child) => child.name === name).length).toBeLessThanOrEqual(1);
  if (element.name === "testcase") expect(element.children.filter(({ name }) => name !== "system-out").length).toBeLessThanOrEqual(1);
  if (element.name === "testsuite") {
    expect(element.attributes["timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const cases = element.children.filter(({ name }) => name === "testcase");
    const number = (name: string) => String(cases.filter(({ children }) => children.some((child) => child.name === name)).length);
    expect(element.attributes).toMatchObject({ tests: String(cases.length), failures: number("failure"), skipped: number("skipped"), errors: "0" });
  }
  element.children.forEach(validate);
}

describe("the report for CI", () => {
  it.each(["passed", "failed"] as const)("is as the schema wants it, with right numbers: %s", (verdict) => {
    const root = parse(junitReport(sampleEvidence(verdict)));
    validate(root);
    const sum = (name: string) => String(root.children.reduce((total, suite) => total + Number(suite.attributes[name]), 0));
    expect(root.attributes).toMatchObject({ tests: sum("tests"), failures: sum("failures"), skipped: sum("skipped") });
  });

  it("has a suite for each gate and a case for each check; what failed says where, why and how to mend it", () => {
    const root = parse(junitReport(sampleEvidence("failed")));
    expect(root.children.map(({ attributes }) => attributes["name"])).toEqual(["hygiene", "packages", "boot", "waivers"]);
    const leak = root.children[0]!.children.find(({ attributes }) => attributes["name"]?.startsWith("hygiene/authorized-keys"))!;
    expect(leak.attributes["classname"]).toBe("debian-12.hygiene");
    expect(leak.children[0]).toMatchObject({ name: "failure", attributes: { type: "critical" } });
    expect(leak.children[0]!.text).toMatch(/^\/root\/\.ssh\/authorized_keys: 1 key.*\n\/home\/packer.*\nWhy it matters: Whoever.*\nTo mend it: Remove/);
  });

  it("skips what is waived, and says until when and why", () => {
    const cases = parse(junitReport(sampleEvidence("passed"))).children[0]!.children;
    const waived = cases.find(({ attributes }) => attributes["name"]?.startsWith("hygiene/password-hash"))!;
    expect(waived.children.map(({ name }) => name)).toEqual(["skipped", "system-out"]);
    expect(waived.children[0]!.attributes["message"]).toBe("waived until 2027-06-30: The console login is declared and documented");
    expect(waived.children[1]!.text).toContain("imagefleet:waivers[0]");
  });

  it("can be read whatever an image holds", () => {
    const sly = "]]><x/>\u0000\u0007\ud800 &amp; \"'\u001b[31m\n\t<!-- ";
    const found = [{ gate: "hygiene", failOn: "low", seconds: 0, result: { checks: [check("hygiene/x", { title: sly, findings: [{ place: sly, problem: sly }] })], facts: { [sly]: sly }, files: [] } }] as const;
    const root = parse(junitReport({ ...sampleEvidence("failed"), ...judge(found, [], "2026-11-21") }));
    validate(root);
    const failure = root.children[0]!.children.at(-1)!.children[0]!;
    expect(failure.text).toContain("]]><x/>\ufffd\ufffd\ufffd &amp; \"'\ufffd[31m\n\t<!-- ");
  });
});
