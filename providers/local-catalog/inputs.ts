import type { ReleaseId } from "#model/release";

/** What a LocalCatalog resource is asked to hold: one release of one image on one site. */
export interface CatalogInputs extends ReleaseId {
  readonly site: string;
  /** Directory of the catalog as the configuration writes it, relative to the project. */
  readonly path: string;
  /** Build key of the release. */
  readonly key: string;
  /** Lower-case hexadecimal SHA-256 of the disk. */
  readonly sha256: string;
  /** Length of the disk in bytes. */
  readonly bytes: number;
}

/** What the state keeps: no absolute path, no bodies. */
export interface CatalogOutputs extends CatalogInputs {
  /** `correct`, `incorrect: <file and what is wrong with it>` or `unreachable: <why>`. */
  readonly state: string;
  /** Ties the published directory to this resource, so that deleting a replaced resource spares what its successor took over. */
  readonly claim: string;
}
