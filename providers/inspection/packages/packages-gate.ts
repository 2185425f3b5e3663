import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Check, Gate, GateResult, InspectionJob } from "#providers/inspection/gate";
import { cycloneDx } from "#providers/inspection/packages/cyclonedx";
import { imagePackages } from "#providers/inspection/packages/image-packages";
import type { ImagePackages } from "#providers/inspection/packages/image-packages";
import { lastPackages, packageListName } from "#providers/inspection/packages/last-packages";
import { packageChanges } from "#providers/inspection/packages/package-changes";
import type { PackageChanges } from "#providers/inspection/packages/package-changes";
import { spdx } from "#providers/inspection/packages/spdx";
import { writeHashdeep } from "#providers/shared/file-tree/hashdeep";

/** What `hashdeep -a` compares an unpacked image with. */
const fileListName = "files.hashdeep";

interface Comparison extends PackageChanges {
  /** Version of the release that the image is compared with. */
  readonly since: string;
}

/**
 * What is installed: writes the package list, two SBOMs of it, what changed since the last release that passed, and the
 * digests of all files; asks the package databases whether they are whole.
 */
export function packagesGate(): Gate {
  return { name: "packages", failOn: "low", run };
}

async function run(job: InspectionJob): Promise<GateResult> {
  job.progress.begin("packages");
  const found = await imagePackages(job.tree, job.dir);
  const changes = await changesSince(job, found);
  const subject = { ...found, build: job.build };
  const files = {
    [packageListName]: json(found.packages),
    "sbom.cdx.json": cycloneDx(subject),
    "sbom.spdx.json": spdx(subject),
    ...(changes ? { "changes.json": json(changes) } : {}),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(job.dir, name), text)));
  job.progress.begin("list the files");
  const fileCount = await writeHashdeep(job.tree, join(job.dir, fileListName), job.signal);
  return {
    checks: [databaseCheck(found), finishedCheck(found), downgradeCheck(changes)],
    facts: { ...factsOf(found, changes), files: fileCount },
    files: [...Object.keys(files), fileListName],
  };
}

async function changesSince(job: InspectionJob, { packages }: ImagePackages): Promise<Comparison | undefined> {
  const last = await lastPackages(job.store, job);
  return last && { since: last.version, ...packageChanges(last.packages, packages) };
}

function databaseCheck({ databases }: ImagePackages): Check {
  return {
    id: "packages/database",
    title: "The package database is whole",
    why: "What it does not list is in no SBOM, and no scanner and no update ever sees it.",
    mend: "Rebuild the image; if it happens again, look in the build's log for a package manager that was interrupted.",
    severity: "high",
    findings: databases.flatMap(({ path, packages, fault }) => {
      const problem = fault ?? (packages.length === 0 ? "it lists no package" : undefined);
      return problem ? [{ place: path, problem }] : [];
    }),
    ...without({ databases }),
  };
}

function finishedCheck({ databases }: ImagePackages): Check {
  return {
    id: "packages/finished",
    title: "Every package is installed to its end",
    why: "A package that is not configured may not work, and blocks every later installation.",
    mend: "Let the script that installs it fail on errors (set -e), or end it with: dpkg --configure --pending",
    severity: "high",
    findings: databases.flatMap(({ unfinished }) => unfinished.map(({ name, state }) => ({ place: name, problem: `its state is: ${state}` }))),
    ...without({ databases }),
  };
}

function without({ databases }: Pick<ImagePackages, "databases">): { skipped?: string } {
  return databases.length === 0 ? { skipped: "the image has no database of dpkg, rpm or apk" } : {};
}

function downgradeCheck(changes: Comparison | undefined): Check {
  const { since, downgraded = [] } = changes ?? {};
  return {
    id: "packages/downgrade",
    title: "No package is older than in the last release",
    why: "An older package may bring back faults that were mended; mostly a repository was rolled back or is missing.",
    mend: "Compare the image's repositories with those of the last release, or move the epoch to build it anew.",
    severity: "info",
    findings: downgraded.map(({ name, arch, from, to }) => ({ place: name, problem: `${name} (${arch}) was ${from} in ${since} and is ${to}` })),
    ...(changes ? {} : { skipped: "no earlier release of the image passed its gates" }),
  };
}

function factsOf({ os, packages }: ImagePackages, changes: Comparison | undefined): Record<string, string | number> {
  const facts = { os: os.title, packages: packages.length };
  if (!changes) return facts;
  const { since, added, removed, upgraded, downgraded } = changes;
  return { ...facts, since, added: added.length, removed: removed.length, changed: upgraded.length + downgraded.length };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}
