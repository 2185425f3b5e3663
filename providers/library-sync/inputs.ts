/** How a vCenter is reached. Secrets are in the environment: `<credentials>_USER` and `<credentials>_PASSWORD`. */
export interface Address {
  /** Short name in its site. */
  readonly vcenter: string;
  /** Host name or address, with a port where it is not 443. */
  readonly server: string;
  readonly credentials: string;
  /** SHA-256 fingerprint of its certificate, lower-case hexadecimal; absent: a trusted authority signed it. */
  readonly thumbprint?: string;
}

/** A content library of a vCenter. */
export interface LibraryAddress extends Address {
  readonly libraryId: string;
}

/** What a LibrarySync resource is asked to keep in step: the library of one subscriber. */
export interface SyncInputs extends LibraryAddress {
  readonly site: string;
  /** `immediate`: every file is copied. `on-demand`: disks are fetched when an item is first deployed. */
  readonly download: "immediate" | "on-demand";
  readonly publisher: LibraryAddress;
  /** Names of the items that the publisher must hold, folded: see fold-names.ts. */
  readonly items: string;
}

/** What the state keeps. */
export interface SyncOutputs extends SyncInputs {
  /** `correct`, or what differs: `incorrect: ...`, `missing: ...`, `unexpected: ...`, joined by `; `, or `unreachable: <why>`. */
  readonly state: string;
}
