import type { StoredObject } from "#providers/shared/gcp/storage";

/** What the object of a release says of itself, in its metadata. */
export interface Staged {
  readonly key: string;
  /** Of the sealed artifact, or the beginning of it. */
  readonly sha256: string;
  /** `<project>/<stack>`: whose it is. */
  readonly stack: string;
}

export function stagedMetadata({ key, sha256, stack }: Staged): Record<string, string> {
  return { "imagefleet-key": key, "imagefleet-sha256": sha256, "imagefleet-stack": stack };
}

/** Another stack's, or nobody's, is never touched. */
export function isStackObject({ metadata }: Pick<StoredObject, "metadata">, { stack }: Pick<Staged, "stack">): boolean {
  return metadata["imagefleet-stack"] === stack;
}

/** It says that it is just that artifact. */
export function isStaged(object: Pick<StoredObject, "metadata">, staged: Staged): boolean {
  const { "imagefleet-key": key, "imagefleet-sha256": sha256 = "" } = object.metadata;
  return isStackObject(object, staged) && key === staged.key && sha256.startsWith(staged.sha256);
}
