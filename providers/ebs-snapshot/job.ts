import { releaseName, type Artifact } from "#model/release";
import type { Store } from "#store/store";
import type { FileIdentity } from "#store/verified-cache";
import type { AwsClients } from "#providers/shared/aws/clients";
import type { SendContext } from "#providers/shared/aws/send-aws";
import type { Progress } from "#providers/shared/progress";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";

/** How long what AWS does by itself is waited for. Times in milliseconds. */
export interface Waits {
  /** What was made a moment ago may be unknown to some of AWS's servers for so long. */
  readonly unknownMs: number;
  /** From the last block, or the start of an import, to the whole snapshot. */
  readonly completeMs: number;
}

export const defaultWaits: Waits = { unknownMs: 90_000, completeMs: 3 * 60 * 60_000 };

/** One snapshot that is to be made. */
export interface UploadJob {
  readonly inputs: SnapshotInputs;
  readonly clients: AwsClients;
  /** For requests and messages. */
  readonly context: SendContext;
  readonly store: Store;
  /** The sealed disk. */
  readonly artifact: Artifact;
  /** Where its verified file is. */
  readonly path: string;
  /** What it was when it was verified; absent: it is taken on trust that nobody writes to it. */
  readonly identity?: FileIdentity;
  /** Key that encrypts; absent: as the account does by default. */
  readonly keyArn?: string;
  readonly waits: Waits;
  readonly progress: Progress;
}

/**
 * What a snapshot says of itself, by which copies of it by others, and those with another key, are told from it:
 * `imagefleet: debian-12@2026.1101.2 of aws-main`.
 */
export function descriptionOf(inputs: Pick<SnapshotInputs, "image" | "version" | "site" | "kmsKey">): string {
  return `imagefleet: ${releaseName(inputs)} of ${inputs.site}${inputs.kmsKey === undefined ? "" : `, key ${inputs.kmsKey}`}`.slice(0, 255);
}
