import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import type { GatesConfig, SealConfig } from "#model/gates";
import { releaseName, type Artifact, type BuildRecord, type GateRecord, type ReleaseId } from "#model/release";
import type { Staging, Store } from "#store/store";
import { evidenceFiles } from "#providers/inspection/evidence/evidence-files";
import { writeEvidence } from "#providers/inspection/evidence/write-evidence";
import { idleWaivers, inspectionFailure } from "#providers/inspection/failure";
import type { Gate } from "#providers/inspection/gate";
import { judge, type GateFindings, type Judgement, type StatedWaiver } from "#providers/inspection/judge";
import { gateRecord, type UnsealedRecord } from "#providers/inspection/gate-record";
import { runGates } from "#providers/inspection/run-gates";
import { storeFailure } from "#providers/inspection/store-failure";
import { sealGroup } from "#providers/seal/seal-group";
import { sealFiles } from "#providers/seal/seal-names";
import { signingKey, type SigningKey } from "#providers/seal/signing-key";
import { mapDisk } from "#providers/shared/disk/map-disk";
import { openFileTree } from "#providers/shared/file-tree/open-file-tree";
import { Progress } from "#providers/shared/progress";

export interface Inspection {
  readonly id: ReleaseId;
  readonly gateSet: string;
  readonly build: BuildRecord;
  readonly config: GatesConfig;
  readonly target?: string;
  /** The image's own, expired ones included. */
  readonly waivers: readonly StatedWaiver[];
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** In the order in which they run. */
  readonly gates: readonly Gate[];
  readonly seal: SealConfig;
  readonly store: Store;
  readonly signal: AbortSignal;
}

/**
 * Runs the gates over a stored release. What passes is sealed and stored as the group `gates/<set>`; what fails is stored as
 * evidence and thrown as an error that tells what to mend. Nothing is visible before all of it is there.
 */
export async function inspect(job: Inspection): Promise<GateRecord> {
  // Found missing now rather than after minutes of boots.
  const key = await signingKey(job.seal, `seal ${releaseName(job.id)}`);
  const progress = new Progress(`${job.id.image}/inspection`);
  const staging = await job.store.stage(`inspect ${releaseName(job.id)}`);
  try {
    await staging.use(job.id);
    return await inspectIn(staging, job, key, progress);
  } finally {
    progress.stop();
    await staging.abandon();
  }
}

async function inspectIn(staging: Staging, job: Inspection, key: SigningKey, progress: Progress): Promise<GateRecord> {
  const startedAt = new Date().toISOString();
  const found = await runAll(staging, job, progress);
  progress.begin("evidence");
  const judgement = judge(found, job.waivers, job.today);
  const finishedAt = new Date().toISOString();
  const written = await writeEvidence(staging.dir, { job, judgement, startedAt, finishedAt });
  const artifacts = await staging.digest([...written, ...found.flatMap(({ result }) => result.files)]);
  const record = gateRecord({ job, judgement, startedAt, finishedAt });
  if (judgement.verdict === "failed") throw await failed(staging, job, judgement, artifacts, record, progress);
  for (const line of idleWaivers(judgement.waivers)) console.log(`[${job.id.image}/inspection] ${line}`);
  return storePassed(staging, job, artifacts, record, key, progress);
}

async function runAll(staging: Staging, job: Inspection, progress: Progress): Promise<GateFindings[]> {
  const { id, build, store, signal, target, waivers, today } = job;
  progress.begin("open");
  const tmp = join(staging.dir, "tmp");
  await mkdir(tmp);
  const diskFile = await store.open(id, "build", build.disk.name);
  const map = await mapDisk(diskFile, { format: build.disk.format, tmp, action: `inspect ${releaseName(id)}`, signal });
  const tree = await openFileTree(map);
  try {
    return await runGates(job.gates, { ...id, build, diskFile, map, tree, gates: job.config, target, dir: staging.dir, store, progress, signal }, waivers, today);
  } finally {
    await tree.close();
  }
}

async function failed(staging: Staging, { id, store }: Inspection, judgement: Judgement, artifacts: readonly Artifact[], record: UnsealedRecord, progress: Progress): Promise<FleetError> {
  const group = await storeFailure(store, staging, artifacts, record);
  progress.done(`failed: the evidence is stored as ${group}`);
  return inspectionFailure(id, judgement, await store.open(id, group, evidenceFiles.page));
}

async function storePassed(staging: Staging, job: Inspection, artifacts: readonly Artifact[], record: UnsealedRecord, key: SigningKey, progress: Progress): Promise<GateRecord> {
  const { id, store, build } = job;
  const group = `gates/${job.gateSet}` as const;
  progress.begin("seal");
  const seal = await sealGroup({ id, group, dir: staging.dir, artifacts, build, record, key });
  const outcome = await staging.commit<GateRecord>(id, group, [...artifacts, ...sealFiles], (all) => ({ ...record, artifacts: all, seal }));
  progress.done(outcome === "stored" ? `passed: stored and sealed as ${group}` : `passed: adopted ${group}, which another run stored first`);
  const stored = await store.record<GateRecord>(id, group);
  if (stored) return stored;
  throw new FleetError({ action: `inspect ${releaseName(id)}`, place: store.location, cause: "the evidence was removed while it was stored", hint: "run it again" });
}
