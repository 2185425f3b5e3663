/** An item of a content library with its files, as a vCenter reports them. */
export interface LibraryItem {
  readonly id: string;
  readonly name: string;
  /** On a subscriber: id of the publisher's item that it is a copy of. */
  readonly sourceId?: string;
  readonly contentVersion?: string;
  readonly metadataVersion?: string;
  /** Whether every file is on the vCenter's own storage. */
  readonly cached: boolean;
  readonly files: readonly LibraryFile[];
}

export interface LibraryFile {
  readonly name: string;
  /** Bytes of storage used: of a disk that depends on the datastore. */
  readonly size?: number;
  readonly cached?: boolean;
  /** Not every vCenter reports one. */
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}

/** An upload that was not finished leaves an item without a descriptor. */
export function isWhole({ files }: LibraryItem): boolean {
  return files.some(({ name }) => name.toLowerCase().endsWith(".ovf"));
}
