import type { GatesConfig } from "#model/gates";
import type { Check, Gate, GateResult, InspectionJob } from "#providers/inspection/gate";
import { complianceFiles, runOscap } from "#providers/inspection/compliance/run-oscap";
import type { RuleResult } from "#providers/inspection/compliance/rule-results";
import { withTreeCopy } from "#providers/inspection/scan/tree-copy";

type ComplianceConfig = NonNullable<GatesConfig["compliance"]>;

/** Results that say nothing about the image, and why. */
const notAsked: Readonly<Record<string, string>> = {
  notapplicable: "the rule does not apply to this image",
  notchecked: "the content has no automatic check for it",
  informational: "the rule informs, it does not judge",
};

/** Evaluates a profile of the distribution's SCAP content with OpenSCAP on a copy of the image's files: a check for each rule. */
export function complianceGate(config: ComplianceConfig): Gate {
  return { name: "compliance", failOn: config.failOn, run: (job) => run(config, job) };
}

async function run(config: ComplianceConfig, job: InspectionJob): Promise<GateResult> {
  const rules = await withTreeCopy(job, (root) => {
    job.progress.begin(`check compliance with ${config.profile}`);
    return runOscap(job, config, root);
  });
  const count = (...results: string[]): number => rules.filter(({ result }) => results.includes(result)).length;
  return {
    checks: [applicableCheck(config, rules), ...rules.map((rule) => ruleCheck(config, rule))],
    facts: { profile: config.profile, rulesPassed: count("pass", "fixed"), rulesFailed: count("fail", "error", "unknown"), rulesNotAsked: count(...Object.keys(notAsked)) },
    files: Object.values(complianceFiles),
  };
}

/** Content for another distribution fails no rule: that must not look like success. */
function applicableCheck({ content, profile }: ComplianceConfig, rules: readonly RuleResult[]): Check {
  const asked = rules.some(({ result }) => !(result in notAsked));
  return {
    id: "compliance/applicable",
    title: "The content applies to the image",
    why: "Rules that do not apply fail nowhere: a scan by another distribution's content proves nothing.",
    mend: "Set gates.compliance.content to the content of the image's own distribution and release.",
    severity: "critical",
    findings: asked ? [] : [{ place: content, problem: `none of the ${rules.length} rules of the profile ${profile} could be asked of this image` }],
  };
}

function ruleCheck({ profile, allow }: ComplianceConfig, { id, title, severity, result }: RuleResult): Check {
  const short = shortRule(id);
  const check: Check = {
    id: `compliance/${short}`,
    title,
    why: `The profile ${profile} wants it.`,
    mend: `See the rule in ${complianceFiles.report}; where the image is right as it is, add ${short} to gates.compliance.allow.`,
    severity,
    findings: [],
  };
  if (result in notAsked) return { ...check, skipped: notAsked[result] };
  if (result === "pass" || result === "fixed") return check;
  if (allow.includes(id) || allow.includes(short)) return { ...check, skipped: `it may fail (gates.compliance.allow), and its result is: ${result}` };
  return { ...check, findings: [{ place: short, problem: `${title}: ${result === "fail" ? "not so in this image" : `it could not be found out (${result})`}` }] };
}

/** `xccdf_org.ssgproject.content_rule_sudo_remove_nopasswd` -> `sudo_remove_nopasswd` */
function shortRule(id: string): string {
  return id.replace(/^xccdf_[^_]+_rule_/, "");
}
