import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ifPresent } from "#store/errors";
import type { Evidence } from "#providers/inspection/evidence/evidence";
import { evidenceFiles } from "#providers/inspection/evidence/evidence-files";
import { evidencePage } from "#providers/inspection/evidence/page";
import { junitReport } from "#providers/inspection/evidence/junit";
import { parseChanges } from "#providers/inspection/evidence/changes";
import type { Judged } from "#providers/inspection/gate-record";

/** Writes the evidence for programs, for CI and for people. @returns the names of the files */
export async function writeEvidence(dir: string, judged: Judged): Promise<string[]> {
  const evidence = evidenceOf(judged);
  const changes = parseChanges(await ifPresent(readFile(join(dir, "changes.json"), "utf8")));
  await writeFile(join(dir, evidenceFiles.json), `${JSON.stringify(evidence, null, 2)}\n`);
  await writeFile(join(dir, evidenceFiles.junit), junitReport(evidence));
  await writeFile(join(dir, evidenceFiles.page), evidencePage(evidence, changes));
  return Object.values(evidenceFiles);
}

function evidenceOf({ job, judgement, startedAt, finishedAt }: Judged): Evidence {
  const { id: { image, version }, gateSet, target, build, config } = job;
  const { key, owner, team, disk, os, finishedAt: builtAt } = build;
  return {
    schemaVersion: 1, image, version, verdict: judgement.verdict, key, gateSet, target, owner, team, os, disk, builtAt, startedAt, finishedAt,
    gates: judgement.gates, waivers: judgement.waivers, settings: config, tools: { node: process.versions.node },
  };
}
