import { artifactName, parseFormat } from "#model/format";
import { releaseName, type FormatRecord } from "#model/release";
import { tagNames } from "#model/tags";
import type { FoundSnapshot } from "#providers/ebs-snapshot/find-snapshots";
import { artifactDigests } from "#providers/ebs-snapshot/blocks/artifact-digests";
import type { BlockDigests } from "#providers/ebs-snapshot/blocks/block";
import { descriptionOf, type UploadJob } from "#providers/ebs-snapshot/job";
import { volumeGiB } from "#providers/ebs-snapshot/start";

/** An earlier release's snapshot: of what it holds, nothing is sent again. */
export interface Parent {
  readonly snapshotId: string;
  /** Of the artifact it was made of. */
  readonly sha256: string;
  readonly digests: BlockDigests;
}

/**
 * The newest whole snapshot of ours of another release of the image that a new one can build upon: encrypted alike, no larger,
 * and with its artifact still in the store, so that it is known what it holds.
 */
export async function findParent(job: UploadJob, found: readonly FoundSnapshot[]): Promise<Parent | undefined> {
  const { inputs } = job;
  const fit = found.filter(({ state, tags, description, volumeGiB: size, keyArn }) => {
    const version = tags[tagNames.version];
    return state === "completed" && version !== undefined && version !== inputs.version && description === descriptionOf({ ...inputs, version }) && sameKey(job.keyArn, keyArn) && size <= volumeGiB(inputs.virtualBytes);
  });
  for (const { id, tags } of fit.sort((a, b) => b.startedAt - a.startedAt)) {
    const sha256 = tags[tagNames.sha256] ?? "";
    const digests = await digestsOf(job, tags[tagNames.version]!, sha256);
    if (digests) return { snapshotId: id, sha256, digests };
  }
  return undefined;
}

/** Those without a key are encrypted as the account does by default. */
function sameKey(wanted: string | undefined, found: string | undefined): boolean {
  return wanted === undefined || wanted === found;
}

/** @param sha256 As the snapshot's tag has it: the store's record must say the same. */
async function digestsOf({ inputs: { image, format }, store, context, progress }: UploadJob, version: string, sha256: string): Promise<BlockDigests | undefined> {
  const id = { image, version };
  try {
    const record = await store.record<FormatRecord>(id, `formats/${format}`);
    if (!record || record.artifact.sha256 !== sha256) return undefined;
    progress.say(`comparing with ${releaseName(id)}`);
    const path = await store.open(id, `formats/${format}`, artifactName(id, parseFormat(format)!));
    return await artifactDigests(record.artifact, path, context.action);
  } catch {
    return undefined; // damaged or just removed: then all is sent
  }
}

/** The same for an upload that goes on: without them, it cannot. */
export async function knownParent(job: UploadJob, { snapshotId, sha256 }: Pick<Parent, "snapshotId" | "sha256">, found: readonly FoundSnapshot[]): Promise<Parent | undefined> {
  const version = found.find(({ id }) => id === snapshotId)?.tags[tagNames.version];
  const digests = version === undefined ? undefined : await digestsOf(job, version, sha256);
  return digests && { snapshotId, sha256, digests };
}
