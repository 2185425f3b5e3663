import type { VcenterAddress } from "#providers/shared/vcenter/address";

/** A content library of a vCenter. */
export interface LibraryAddress extends VcenterAddress {
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
