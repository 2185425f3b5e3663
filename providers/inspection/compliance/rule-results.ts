import { create } from "xmlbuilder2";
import type { XMLBuilder } from "xmlbuilder2/lib/interfaces.js";
import type { Severity } from "#model/severity";
import { severityOf } from "#providers/inspection/scan/vulnerability";

/** What OpenSCAP says of one rule of a profile. */
export interface RuleResult {
  /** Whole id: `xccdf_org.ssgproject.content_rule_sshd_disable_root_login`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** `pass`, `fail`, `error`, `notapplicable`, ... as XCCDF names them. */
  readonly result: string;
}

/**
 * Results of a profile's rules, in the order of the content. Ids, severities and results come from the results file, of
 * which only the small part about this run is parsed (the rest repeats the content, some megabytes); titles from what
 * OpenSCAP prints. Undefined where the file has no results.
 */
export function ruleResults(results: string, printed: string): RuleResult[] | undefined {
  const start = results.lastIndexOf("<TestResult");
  const end = results.indexOf("</TestResult>", start);
  if (start < 0 || end < 0) return undefined;
  const titles = printedTitles(printed);
  const found: RuleResult[] = [];
  create(results.slice(start, end) + "</TestResult>").root().each((node) => {
    const element = node.node as unknown as Element;
    if (element.nodeName !== "rule-result") return;
    const id = element.getAttribute("idref") ?? "";
    const result = childText(node, "result");
    if (result !== "notselected") found.push({ id, title: titles.get(id) ?? id, severity: severityOf(element.getAttribute("severity") ?? undefined), result });
  });
  return found;
}

/** The little of the DOM that is used here. */
interface Element {
  readonly nodeName: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

function childText(parent: XMLBuilder, name: string): string {
  let text = "";
  parent.each((child) => {
    const element = child.node as unknown as Element;
    if (element.nodeName === name) text = (element.textContent ?? "").trim();
  });
  return text;
}

/** `Title` and `Rule` before each result, what they are after a tab, and with a carriage return in between on some terminals. */
function printedTitles(printed: string): Map<string, string> {
  return new Map([...printed.matchAll(/^Title\s+(\S.*)\s+^Rule\s+(\S+)/gm)].map(([, title = "", id = ""]) => [id, plain(title)]));
}

/** Titles are printed as they stand in the content, markup and entities included. */
function plain(title: string): string {
  return title.replace(/<[^>]*>/g, "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&").trim();
}
