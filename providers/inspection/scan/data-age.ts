import { z } from "zod";
import type { ScannerConfig } from "#model/gates";
import type { Check } from "#providers/inspection/gate";
import { runScanner, scannerFault } from "#providers/inspection/scan/run-scanner";

const day = 86_400_000;

/** trivy, grype up to 0.87 and after; the first date that is there counts. */
const schema = z.looseObject({
  VulnerabilityDB: z.looseObject({ UpdatedAt: z.string() }).optional(),
  built: z.string().optional(),
});

/** Asks a scanner how old its vulnerability data are: with old data, what it does not find says nothing. */
export async function dataAgeCheck(name: string, { maxDataAge, dataAge }: ScannerConfig, signal: AbortSignal): Promise<{ check: Check; date?: string }> {
  const check: Check = {
    id: `scan-${name}/data-age`,
    title: `The vulnerability data of ${name} are fresh`,
    why: "A scanner finds only what its data know: with old data a clean report proves nothing.",
    mend: `Update the data of ${name} on the builder (trivy image --download-db-only, grype db update), then inspect again.`,
    severity: "critical",
    findings: [],
  };
  if (maxDataAge === undefined) return { check: { ...check, skipped: "no maxDataAge is configured" } };
  if (!dataAge?.length) throw scannerFault({ name, command: [] }, "maxDataAge is set, but no command that says how old the data are", `set dataAge of the scanner ${name}, such as [trivy, version, --format, json]`);
  const date = await dateOf(name, dataAge, signal);
  const days = (Date.now() - date.getTime()) / day;
  const problem = problemOf(days, maxDataAge);
  const shown = date.toISOString();
  return { check: { ...check, findings: problem ? [{ place: name, problem: `the data are of ${shown}: ${problem}` }] : [] }, date: shown };
}

/** A day of grace for clocks and time zones that differ. */
function problemOf(days: number, most: number): string | undefined {
  if (days < -1) return "they are from the future, so this clock or theirs is wrong";
  return days > most ? `${Math.floor(days)} days old, where ${most} are accepted` : undefined;
}

async function dateOf(name: string, command: readonly string[], signal: AbortSignal): Promise<Date> {
  const run = { name: `${name} for the age of its data`, command, timeoutMs: 120_000, signal };
  const { text } = await runScanner(run);
  const fail = (cause: string) => scannerFault(run, cause, `look at what it prints: ${command.join(" ")}`);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw fail("what it prints is no JSON");
  }
  const found = schema.safeParse(answer);
  const date = new Date(found.data?.VulnerabilityDB?.UpdatedAt ?? found.data?.built ?? "none");
  if (Number.isNaN(date.getTime())) throw fail("what it prints has no date of its data: neither VulnerabilityDB.UpdatedAt nor built");
  return date;
}
