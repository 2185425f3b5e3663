import { importSnapshot } from "#providers/ebs-snapshot/import/import-snapshot";
import type { UploadJob } from "#providers/ebs-snapshot/job";
import { uploadSnapshot } from "#providers/ebs-snapshot/upload";

/** Makes a snapshot of the sealed disk, or finds the one that there is. @returns its id */
export function makeSnapshot(job: UploadJob): Promise<string> {
  return job.inputs.snapshotImport ? importSnapshot(job, job.inputs.snapshotImport) : uploadSnapshot(job);
}
