import type { GatesConfig } from "#model/gates";
import type { BuildRecord, ReleaseId } from "#model/release";
import type { Severity } from "#model/severity";
import type { Store } from "#store/store";
import type { DiskMap } from "#providers/shared/disk/disk";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { Progress } from "#providers/shared/progress";

/** One thing that is wrong with an image. */
export interface Finding {
  /** Path in the image, unit, package or CVE id; what a waiver's `place` is compared with. */
  readonly place: string;
  /** What is wrong, with what was found there; never a secret's own text. */
  readonly problem: string;
  /** Overrides its check's. */
  readonly severity?: Severity;
}

/** One question that a gate asked, and its answer: a test case of the evidence. */
export interface Check {
  /** `<gate>/<rule>`, such as `hygiene/machine-id`: what waivers name. */
  readonly id: string;
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** How to mend it. */
  readonly mend: string;
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  /** Why it was not asked. */
  readonly skipped?: string;
}

export interface GateResult {
  readonly checks: readonly Check[];
  /** Numbers and words for the record and the report, such as `bootSeconds`. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Names of the files that it wrote into `job.dir`: artifacts of the evidence. */
  readonly files: readonly string[];
}

/** What a gate works on. */
export interface InspectionJob extends ReleaseId {
  readonly build: BuildRecord;
  /** Path of the release's qcow2 in the store: read only. */
  readonly diskFile: string;
  readonly map: DiskMap;
  readonly tree: FileTree;
  readonly gates: GatesConfig;
  /** Target of a layered child: `vagrant`, `azure`, ... */
  readonly target?: string;
  /** Private directory: artifacts under their final names, anything else is dropped. */
  readonly dir: string;
  readonly store: Store;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** A gate finds; it does not judge: waivers and thresholds are applied to what it returns. */
export interface Gate {
  /** `boot`, `hygiene`, `packages`, `compliance`, `scan-<name>`. */
  readonly name: string;
  /** The mildest severity that fails it. */
  readonly failOn: Severity;
  /** Throws a FleetError only where it could not ask at all (a program is missing, the disk is full). */
  run(job: InspectionJob): Promise<GateResult>;
}
