import type { Format, FormatKind } from "#model/format";
import type { BuildRecord, ReleaseId } from "#model/release";
import type { DiskMap } from "#providers/shared/disk/disk";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import type { Progress } from "#providers/shared/progress";

/** What a format is written from and where. */
export interface FormatJob extends ReleaseId {
  readonly format: Format;
  readonly build: BuildRecord;
  /** Path of the release's qcow2 in the store: read only. */
  readonly diskFile: string;
  readonly map: DiskMap;
  /** Opens the image's root file system; shared by whoever asks, closed by the framework. */
  tree(): Promise<FileTree>;
  /** Private directory on the store's file system: half-made files have no final name yet, as none is final until the group is committed. */
  readonly dir: string;
  /** Name that the artifact has: `artifactName(id, format)`. */
  readonly artifact: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** How the framework can compare what was written with its source. */
export type Readable =
  /** `qemu-img compare` reads it: a driver's name and an optional range of the artifact (a disk within a tar). */
  | { readonly kind: "disk"; readonly driver: "raw" | "qcow2" | "vpc" | "vhdx" | "vmdk"; readonly offset?: number; readonly bytes?: number }
  /** The writer has compared it itself, and says how. */
  | { readonly kind: "compared"; readonly how: string };

export interface Written {
  /** Other artifacts beside the main one. */
  readonly extra?: readonly string[];
  readonly readable: Readable;
  /** For the record: sizes, ids, what consumers need (`virtualBytes`, `diskId`, `configDigest`). */
  readonly facts?: Readonly<Record<string, string | number>>;
}

/** One file a format implements this. The same release gives the same bytes, whenever and wherever it is written. */
export interface FormatWriter {
  readonly kind: FormatKind;
  /** Programs that must be there. */
  readonly needs: readonly string[];
  /** Largest part of temporary space besides the artifact itself, in bytes: for the check of free space. Default 0. */
  extraBytes?(job: FormatJob): number;
  /** Upper estimate of the artifact's bytes. Default: the disk's data. */
  estimate?(job: FormatJob): number;
  /** Writes the artifact into `job.dir`. Throws a FleetError that names what to do. */
  write(job: FormatJob): Promise<Written>;
}
