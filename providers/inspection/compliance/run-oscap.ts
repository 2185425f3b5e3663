import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import { ifPresent } from "#store/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";
import { projectDir } from "#providers/shared/project";
import type { InspectionJob } from "#providers/inspection/gate";
import { mayGiveAway, writeOwners } from "#providers/inspection/scan/owners";
import { ruleResults } from "#providers/inspection/compliance/rule-results";
import type { RuleResult } from "#providers/inspection/compliance/rule-results";

/** Measured: 2 to 10 seconds; content with many file searches on a slow disk may take minutes. */
const timeoutMs = 20 * 60_000;

/** What OpenSCAP leaves in the evidence: for people, and for other programs. */
export const complianceFiles = { report: "compliance.html", results: "compliance.xml" } as const;

export interface Scap {
  /** Data stream or XCCDF file; a relative path starts at the project's directory. */
  readonly content: string;
  readonly profile: string;
}

/** Evaluates a profile on a directory that holds an image's files; writes report and results into the job's directory. */
export async function runOscap(job: InspectionJob, { profile, ...scap }: Scap, root: string): Promise<RuleResult[]> {
  const content = resolve(projectDir(), scap.content);
  const fail = (cause: string, hint?: string) => new FleetError({ action: `check the compliance of ${releaseName(job)}`, place: content, cause, hint });
  if (!(await ifPresent(stat(content)))) throw fail("there is no such file", "install the distribution's content (sudo apt-get install ssg-debian; dnf install scap-security-guide), or set gates.compliance.content to its path");
  const dir = await mkdtemp(join(job.dir, "oscap-"));
  try {
    const [results, report] = [join(dir, "results.xml"), join(dir, "report.html")];
    const args = ["xccdf", "eval", "--profile", profile, "--results", results, "--report", report, content];
    const [program = "oscap", ...before] = await below(job, root, dir);
    const run = await exec(program, [...before, ...args], { env: environment(job, root), cwd: dir, signal: job.signal, timeoutMs });
    if (run.ended === "not found") throw fail(`${program} is not installed, or not on PATH`, "sudo apt-get install openscap-scanner fakeroot");
    // 0: every rule passed; 2: some did not
    if (run.ended || ![0, 2].includes(run.exitCode ?? -1)) throw fail(`oscap: ${run.ended ?? `exit code ${run.exitCode}`}\n${run.tail.join("\n")}`, `see which profiles there are: oscap info --profiles ${content}`);
    const text = await readFile(results, "utf8");
    const rules = ruleResults(text, run.stdout);
    if (!rules) throw fail("oscap left no results", `run it by hand: oscap ${args.slice(0, 4).join(" ")} ${content}`);
    await writeFile(join(job.dir, complianceFiles.results), withoutRoot(text, root));
    await writeFile(join(job.dir, complianceFiles.report), withoutRoot(await readFile(report, "utf8"), root));
    return rules;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Rules about owners want to see the image's: where the copy cannot have them, fakeroot shows them. */
async function below({ tree }: InspectionJob, root: string, dir: string): Promise<string[]> {
  if (mayGiveAway()) return ["oscap"];
  const owners = join(dir, "owners");
  await writeOwners(tree, root, owners);
  return ["fakeroot", "-i", owners, "--", "oscap"];
}

/** The probes read below the root, and say nothing of the builder: not its name, its kernel, its addresses. */
function environment(job: InspectionJob, root: string): Record<string, string | undefined> {
  return {
    ...baseEnvironment(),
    OSCAP_PROBE_ROOT: root,
    OSCAP_EVALUATION_TARGET: releaseName(job),
    OSCAP_PROBE_OS_NAME: "Linux",
    OSCAP_PROBE_ARCHITECTURE: job.build.os?.arch ?? "x86_64",
    OSCAP_PROBE_PRIMARY_HOST_NAME: job.image,
  };
}

function withoutRoot(text: string, root: string): string {
  return text.replaceAll(`${root}/`, "/").replaceAll(root, "/");
}
