import type { SnapshotImport } from "#model/config/sites/aws";
import type { UploadJob } from "#providers/ebs-snapshot/job";
export async function importSnapshot(_job: UploadJob, _by: SnapshotImport): Promise<string> { throw new Error("todo"); }
