import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildRecord } from "../../../model/release.ts";
import type { InspectionJob } from "../../../providers/inspection/gate.ts";
import type { FileTree } from "../../../providers/shared/file-tree/file-tree.ts";
import type { Progress } from "../../../providers/shared/progress.ts";
import { buildRecord, makeStore, release } from "../../store/fixture.ts";

export interface Work {
  readonly job: InspectionJob;
  /** Digest and time of the build that the job inspects. */
  readonly build: BuildRecord;
  remove(): Promise<void>;
}

/** A job over a tree, with a store and a private directory of its own; there is no disk behind it. */
export async function inspectionJob(tree: FileTree, serial = 2): Promise<Work> {
  const { store, dir, remove } = await makeStore();
  const id = release(serial);
  const build = buildRecord(id, [{ name: "disk.qcow2", sha256: "5e".repeat(32), bytes: 1024 }]);
  const work = join(dir, "evidence");
  await mkdir(work);
  const progress = { begin: () => {}, say: () => {} } as unknown as Progress;
  const job = { ...id, build, tree, store, dir: work, progress, signal: new AbortController().signal, diskFile: join(dir, "none"), map: undefined, gates: undefined };
  return { job: job as unknown as InspectionJob, build, remove };
}
