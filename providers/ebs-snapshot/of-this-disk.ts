import { tagNames } from "#model/tags";
import type { FoundSnapshot } from "#providers/ebs-snapshot/find-snapshots";
import { descriptionOf, type UploadJob } from "#providers/ebs-snapshot/job";

/** Snapshots that were made, or begun, of just this disk for just this site: not what others have copied. */
export function ofThisDisk({ inputs, artifact }: UploadJob, found: readonly FoundSnapshot[]): FoundSnapshot[] {
  return found.filter(({ description, tags }) => description === descriptionOf(inputs) && tags[tagNames.version] === inputs.version && artifact.sha256.startsWith((tags[tagNames.sha256] ?? "-").slice(0, 16)));
}
