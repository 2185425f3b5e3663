import type { GatesConfig } from "#model/gates";
import type { Check, Finding, Gate, GateResult, InspectionJob } from "#providers/inspection/gate";
import { openImage, type Image } from "#providers/inspection/hygiene/image";
import type { Rule } from "#providers/inspection/hygiene/rule";
import { rules } from "#providers/inspection/hygiene/rules";

/** More findings of one rule tell no more, and would fill the evidence. */
const mostFindings = 50;

/** Looks for what a build leaves in an image: offline, over its files and its free blocks. */
export function hygieneGate({ failOn }: GatesConfig["hygiene"]): Gate {
  return { name: "hygiene", failOn, run: inspect };
}

async function inspect(job: InspectionJob): Promise<GateResult> {
  const image = await openImage(job);
  const checks: Check[] = [];
  for (const rule of rules) {
    job.signal.throwIfAborted();
    checks.push(await ask(rule, image));
  }
  const { bytes, nonZeroBytes } = await image.freeBlocks();
  const facts = {
    rules: checks.filter(({ skipped }) => skipped === undefined).length,
    entries: job.tree.entries.size,
    filesRead: image.filesRead(),
    freeBytes: bytes,
    freeBytesNonZero: nonZeroBytes,
  };
  return { checks, facts, files: [] };
}

async function ask(rule: Rule, image: Image): Promise<Check> {
  const { id, title, why, mend, severity, targets } = rule;
  const check = { id, title, why, mend, severity };
  const skipped = targets && !targets.some((target) => target === image.target) ? `only for ${targets.join(", ")}` : rule.unasked?.(image);
  if (skipped !== undefined) return { ...check, findings: [], skipped };
  return { ...check, findings: bounded(await rule.find(image)) };
}

function bounded(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= mostFindings) return findings;
  const first = findings[0]!;
  return [...findings.slice(0, mostFindings), { ...first, place: "...", problem: `and ${findings.length - mostFindings} more` }];
}
