import { FleetError } from "#model/errors";
import { releaseName, type ReleaseId } from "#model/release";
import { severities } from "#model/severity";
import type { JudgedCheck, JudgedFinding, Judgement } from "#providers/inspection/judge";

/** Findings that the message tells; the page has all. */
const told = 10;

interface Failed {
  readonly check: JudgedCheck;
  readonly finding: JudgedFinding;
}

/** Why a release did not pass, worst first, with how to mend each. @param page Path of the evidence as a page. */
export function inspectionFailure(id: ReleaseId, { gates, waivers }: Judgement, page: string): FleetError {
  const checks = gates.flatMap((gate) => gate.checks);
  const failed = checks.flatMap((check) => check.findings.filter(({ verdict }) => verdict === "fails").map((finding) => ({ check, finding }))).sort(bySeverity);
  const shown = failed.slice(0, told);
  const number = new Set(failed.map(({ check }) => check)).size;
  const asked = checks.filter(({ verdict }) => verdict !== "skipped").length;
  const more = failed.length > told ? [`  and ${failed.length - told} more findings`] : [];
  return new FleetError({
    action: `release ${releaseName(id)}`,
    cause: [`${number} of ${asked} checks failed; no site gets it`, ...byCheck(shown).map(describe), ...more, ...idleWaivers(waivers).map((line) => `  ${line}`), `  the whole report: ${page}`].join("\n"),
    hint: nextStep(id, failed),
  });
}

/** Waivers that name no check of the inspection, mostly because they are misspelt. */
export function idleWaivers(waivers: Judgement["waivers"]): string[] {
  return waivers.filter(({ unknown }) => unknown).map(({ setting, rule, meant }) => `${setting} accepts nothing: no check ${rule} was asked${meant === undefined ? "" : `; did you mean ${meant}?`}`);
}

function bySeverity(one: Failed, other: Failed): number {
  return severities.indexOf(other.finding.severity) - severities.indexOf(one.finding.severity);
}

/** Groups of findings in the order of the worst of each. */
function byCheck(failed: readonly Failed[]): Failed[][] {
  return [...Map.groupBy(failed, ({ check }) => check).values()];
}

function describe(failed: readonly Failed[]): string {
  const { check, finding } = failed[0]!;
  const lines = failed.map(({ finding: { place, problem } }) => `      ${oneLine(place)}: ${oneLine(problem)}`);
  return [`  ${check.id} (${finding.severity}): not so: ${oneLine(check.title)}`, ...lines, `      to mend it: ${oneLine(check.mend)}`].join("\n");
}

/** What an image holds must not look like a line of ours. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
}

function nextStep({ image }: ReleaseId, failed: readonly Failed[]): string {
  if (failed.every(({ check }) => check.id === "waivers/expired")) return "extend or remove the waivers named above, then npm run up: nothing is built again";
  return `mend the image's scripts or settings, then npm run up builds and checks it again; what is accepted for a time goes into imagefleet:waivers, with {rule, image: ${image}, reason, expires}`;
}
