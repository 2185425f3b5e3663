import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ScannerConfig } from "#model/gates";
import type { Check, Gate, GateResult, InspectionJob } from "#providers/inspection/gate";
import { cycloneDx } from "#providers/inspection/packages/cyclonedx";
import { imagePackages } from "#providers/inspection/packages/image-packages";
import { dataAgeCheck } from "#providers/inspection/scan/data-age";
import { readGrypeReport } from "#providers/inspection/scan/grype-report";
import { runScanner, scannerFault } from "#providers/inspection/scan/run-scanner";
import { readSarifReport } from "#providers/inspection/scan/sarif-report";
import { withTreeCopy } from "#providers/inspection/scan/tree-copy";
import { readTrivyReport } from "#providers/inspection/scan/trivy-report";
import { vulnerabilityFindings } from "#providers/inspection/scan/vulnerability";
import type { Vulnerability } from "#providers/inspection/scan/vulnerability";

const readers = { trivy: readTrivyReport, grype: readGrypeReport, sarif: readSarifReport };

/** Scans of some minutes are common where a scanner fetches its data first. */
const timeoutMs = 30 * 60_000;

/** Runs one configured scanner on the image's files or its SBOM: its report is stored, its vulnerabilities are findings. */
export function scanGate(name: string, config: ScannerConfig): Gate {
  return { name: `scan-${name}`, failOn: config.failOn, run: (job) => run(name, config, job) };
}

async function run(name: string, config: ScannerConfig, job: InspectionJob): Promise<GateResult> {
  const wants = (place: string): boolean => config.command.some((word) => word.includes(place));
  if (!wants("{root}") && !wants("{sbom}")) throw scannerFault({ name, command: config.command }, "its command names neither {root} nor {sbom}, so it does not see the image", `add one to the command of the scanner ${name}`);
  const dir = await mkdtemp(join(job.dir, "scan-"));
  try {
    const places = { dir, ...(wants("{sbom}") ? { sbom: await writeSbom(job, dir) } : {}), ...(wants("{output}") ? { output: join(dir, "report.json") } : {}) };
    const { text, vulnerabilities } = wants("{root}") ? await withTreeCopy(job, (root) => scan(name, config, job, { ...places, root })) : await scan(name, config, job, places);
    const file = `scan-${name}.json`;
    await writeFile(join(job.dir, file), text);
    // asked last: a scanner may have fetched newer data for this very run
    const age = await dataAgeCheck(name, config, job.signal);
    const facts = { vulnerabilities: vulnerabilities.length, ...(age.date ? { data: age.date } : {}) };
    return { checks: [vulnerabilityCheck(name, vulnerabilities), age.check], facts, files: [file] };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Places {
  readonly dir: string;
  readonly root?: string;
  readonly sbom?: string;
  readonly output?: string;
}

async function scan(name: string, config: ScannerConfig, job: InspectionJob, places: Places): Promise<{ text: string; vulnerabilities: Vulnerability[] }> {
  job.progress.begin(`scan with ${name}`);
  const command = config.command.map((word) => word.replace(/\{(root|sbom|output)\}/g, (_, place: "root" | "sbom" | "output") => places[place]!));
  const { text, exitCode } = await runScanner({ name, command, output: places.output, timeoutMs, signal: job.signal });
  const vulnerabilities = read(name, config, text);
  // a code of its own says that it found something; with nothing found, it says that the scan failed
  if (exitCode !== 0 && vulnerabilities.length === 0) throw scannerFault({ name, command }, `it ended with exit code ${exitCode}, and its report has no finding that would explain it`, `run it by hand: ${command.join(" ")}`);
  return { text: withoutPlaces(text, places), vulnerabilities };
}

async function writeSbom(job: InspectionJob, dir: string): Promise<string> {
  const file = join(dir, "sbom.cdx.json");
  await writeFile(file, cycloneDx({ ...(await imagePackages(job.tree, dir)), build: job.build }));
  return file;
}

function read(name: string, { report, command }: ScannerConfig, text: string): Vulnerability[] {
  try {
    return readers[report](JSON.parse(text));
  } catch (error) {
    const cause = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw scannerFault({ name, command }, `its report is no ${report} JSON: ${cause}`, `check the scanner's options, and \`report\` of the scanner ${name}: trivy, grype or sarif`);
  }
}

/** Where the builder keeps its private copies is nobody's business, and differs from run to run. */
function withoutPlaces(text: string, { root, dir }: Places): string {
  const shown = root === undefined ? text : text.replaceAll(`${root}/`, "/").replaceAll(root, "/");
  return shown.replaceAll(`${dir}/`, "").replaceAll(dir, ".");
}

function vulnerabilityCheck(name: string, vulnerabilities: readonly Vulnerability[]): Check {
  return {
    id: `scan-${name}/vulnerabilities`,
    title: `${name} finds no vulnerability`,
    why: "Every machine made from the image starts with it.",
    mend: "Move the epoch to take in the distribution's updates; where there is no fix yet, waive the CVE (its id is the place) until a day.",
    severity: "medium",
    findings: vulnerabilityFindings(vulnerabilities),
  };
}
