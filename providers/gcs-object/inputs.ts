import type { ReleaseId } from "#model/release";

/** A release's archive in a bucket, for as long as it takes to make an image of it. */
export interface ObjectInputs extends ReleaseId {
  readonly site: string;
  /** Name of the format: `gce`. */
  readonly format: string;
  readonly project: string;
  readonly bucket: string;
  readonly key: string;
  /** Of the sealed artifact, or the beginning of it. */
  readonly sha256: string;
  readonly bytes: number;
  /** `<project>/<stack>` */
  readonly stack: string;
  /** Stands for what an image is made with and cannot change afterwards: where it differs, the image is made again of the archive. */
  readonly recipe: string;
}

export interface ObjectOutputs extends ObjectInputs {
  /** `correct`: the image is there, or the object to make it of; `missing: <what>` or `unreachable: <why>`. */
  readonly state: string;
}
