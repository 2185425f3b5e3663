import { randomBytes } from "node:crypto";
import { tagNames } from "#model/tags";
import type { Store } from "#store/store";
import { defaultWaits, type UploadJob as SnapshotJob } from "#providers/ebs-snapshot/job";
import { uploadSnapshot } from "#providers/ebs-snapshot/upload";
import { awsClients } from "#providers/shared/aws/clients";
import { Progress } from "#providers/shared/progress";
import type { UploadJob } from "../upload-process.ts";

interface Disk {
  readonly path: string;
  readonly version: string;
  readonly artifact: SnapshotJob["artifact"];
}

/** All of a snapshot: what is there is looked up, the blocks are sent, it is completed and read back. @param more `before`: disk of an earlier release, which is sent first. */
export async function upload({ disk, virtualBytes, more }: UploadJob): Promise<void> {
  const before = typeof more["before"] === "string" ? [diskOf(more["before"], "2026.1101.1", virtualBytes)] : [];
  const disks = [...before, diskOf(disk, "2026.1101.2", virtualBytes)];
  for (const one of disks) await uploadSnapshot(jobOf(one, virtualBytes, storeOf(disks)));
}

/** The digest is another one each time: nothing is known of the disk from an earlier run. */
function diskOf(path: string, version: string, bytes: number): Disk {
  return { path, version, artifact: { name: "disk.raw", sha256: randomBytes(32).toString("hex"), bytes } };
}

function jobOf({ path, version, artifact }: Disk, virtualBytes: number, store: Store): SnapshotJob {
  const access = { site: "bench", region: "us-east-1" };
  const tags = { [tagNames.image]: "bench", [tagNames.version]: version, [tagNames.sha256]: artifact.sha256, [tagNames.stack]: "bench/bench" };
  const inputs = { ...access, image: "bench", version, format: "raw", sha256: artifact.sha256, bytes: virtualBytes, virtualBytes, stack: "bench/bench", tags };
  return { inputs, clients: awsClients(access), context: { access, action: "send the disk" }, store, artifact, path, waits: defaultWaits, progress: new Progress("bench") };
}

/** As much of a store as is asked of it: which artifact a release has, and where. */
function storeOf(disks: readonly Disk[]): Store {
  const find = (wanted: string) => disks.find(({ version }) => version === wanted);
  const store: Pick<Store, "record" | "open"> = {
    record: (({ version }: { version: string }) => Promise.resolve({ artifact: find(version)?.artifact })) as unknown as Store["record"],
    open: ({ version }) => Promise.resolve(find(version)!.path),
  };
  return store as Store;
}
