import type { ReleaseId } from "#model/release";

/** One format of a release, as a catalog holds it: a directory of its own. */
export interface PublishedId extends ReleaseId {
  /** Name of the format: `qcow2`, `ova-vmx-10-sha1`. */
  readonly format: string;
}

/** What a LocalCatalog resource is asked to hold: one sealed format of one release on one site. */
export interface CatalogInputs extends PublishedId {
  readonly site: string;
  /** Directory of the catalog as the configuration writes it, relative to the project. */
  readonly path: string;
  /** Build key of the release. */
  readonly key: string;
  /** Lower-case hexadecimal SHA-256 of the format's artifact. */
  readonly sha256: string;
  /** Length of the artifact in bytes. */
  readonly bytes: number;
  /** Only of a catalog of Vagrant boxes: the base URL under which it is served, empty for file: URLs. */
  readonly url?: string;
}

/** What the state keeps: no absolute path, no bodies. */
export interface CatalogOutputs extends CatalogInputs {
  /** `correct`, `incorrect: <file and what is wrong with it>` or `unreachable: <why>`. */
  readonly state: string;
  /** Ties the published directory to this resource, so that deleting a replaced resource spares what its successor took over. */
  readonly claim: string;
}
