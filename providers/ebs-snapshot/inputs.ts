import type { SnapshotImport } from "#model/config/sites/aws";
import type { ReleaseId } from "#model/release";
import type { AwsAccess } from "#providers/shared/aws/clients";

/** A release's disk as an EBS snapshot in one region. */
export interface SnapshotInputs extends ReleaseId, AwsAccess {
  /** Name of the format: `raw`. */
  readonly format: string;
  /** Of the sealed artifact, or the beginning of it: at least 16 digits. */
  readonly sha256: string;
  /** Size of the sealed artifact. */
  readonly bytes: number;
  /** Size of the disk; a volume takes whole GiB. */
  readonly virtualBytes: number;
  /** `<project>/<stack>`: whose snapshots are listed together, and which are ours to delete. */
  readonly stack: string;
  /** All tags of the snapshot, those by which it is found among them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Id, alias or ARN of the key that encrypts it; absent: as the account does by default. */
  readonly kmsKey?: string;
  /** Absent: EBS direct APIs. */
  readonly snapshotImport?: SnapshotImport;
}

/** What a later look needs. */
export interface SnapshotOutputs extends SnapshotInputs {
  readonly snapshotId: string;
  /** `correct`, `incorrect: <each fault>`, `missing` or `unreachable: <why>`: what the last look found. */
  readonly state: string;
}
