/** A content library, as far as we ask about it. */
export interface Library {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: "LOCAL" | "SUBSCRIBED";
  /** Ids of datastores. */
  readonly datastores: readonly string[];
  /** Of a library that others may pull from. */
  readonly publication?: { readonly published: boolean; readonly url: string; readonly authentication: string };
  readonly subscription?: Subscription;
  /** When a subscribed library last asked its publisher, as the server writes it. */
  readonly lastSync?: string;
}

/** Where a library pulls from, and how. */
export interface Subscription {
  readonly url: string;
  readonly onDemand: boolean;
  readonly automaticSync: boolean;
  /** SHA-1 fingerprint of the publisher's certificate, `AB:CD:...`; absent: a trusted authority must have signed it. */
  readonly sslThumbprint?: string;
}

/** What a subscribed library is to be. */
export interface SubscribedLibrarySpec extends Pick<Library, "name" | "description"> {
  readonly subscription: Subscription;
}

/** An item without its files. */
export interface ItemSummary {
  readonly id: string;
  readonly libraryId: string;
  readonly name: string;
  readonly description: string;
  /** `ovf`; empty while nothing has been uploaded. */
  readonly type: string;
  /** On a subscriber: id of the publisher's item that it is a copy of. */
  readonly sourceId?: string;
  readonly contentVersion?: string;
  readonly metadataVersion?: string;
  /** Whether every file is on the vCenter's own storage. */
  readonly cached: boolean;
}

export interface LibraryItem extends ItemSummary {
  readonly files: readonly LibraryFile[];
}

export interface LibraryFile {
  readonly name: string;
  /** Bytes of storage used: of a disk it depends on the datastore. */
  readonly size?: number;
  readonly cached?: boolean;
  /** Not every vCenter reports one. */
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}
