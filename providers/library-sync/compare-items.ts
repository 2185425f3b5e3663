import type { LibraryFile, LibraryItem } from "#providers/shared/vcenter/library";

export type Download = "immediate" | "on-demand";

/** An upload that was not finished leaves an item without a descriptor. */
export function isWhole({ files }: LibraryItem): boolean {
  return files.some(({ name }) => name.toLowerCase().endsWith(".ovf"));
}

/**
 * How a subscriber's copy differs from the publisher's item; nothing where it is the same. Names, versions and files are
 * compared, contents by checksum where both vCenters report one. Without, sizes are compared, except of disks: what a disk
 * takes depends on its datastore.
 */
export function itemFault(copy: LibraryItem, source: LibraryItem, download: Download): string | undefined {
  if (copy.name !== source.name) return `called ${copy.name} here`;
  return versionFault("content", copy.contentVersion, source.contentVersion)
    ?? versionFault("metadata", copy.metadataVersion, source.metadataVersion)
    ?? filesFault(copy.files, source.files)
    ?? (download === "immediate" ? cacheFault(copy) : undefined);
}

function versionFault(what: string, copy: string | undefined, source: string | undefined): string | undefined {
  if (copy === undefined || source === undefined || copy === source) return undefined;
  return `${what} version ${copy}, the publisher has ${source}`;
}

function filesFault(copies: readonly LibraryFile[], sources: readonly LibraryFile[]): string | undefined {
  const byName = new Map(copies.map((file) => [file.name, file]));
  for (const source of sources) {
    const copy = byName.get(source.name);
    if (!copy) return `lacks ${source.name}`;
    const fault = copy.cached === false ? undefined : contentFault(copy, source);
    if (fault !== undefined) return fault;
    byName.delete(source.name);
  }
  const [more] = byName.keys();
  return more === undefined ? undefined : `has ${more}, which the publisher's has not`;
}

function contentFault(copy: LibraryFile, source: LibraryFile): string | undefined {
  if (copy.checksum && source.checksum && copy.checksum.algorithm === source.checksum.algorithm) {
    return copy.checksum.value.toLowerCase() === source.checksum.value.toLowerCase() ? undefined : `${copy.name} has another ${copy.checksum.algorithm}`;
  }
  if (isDisk(copy.name) || copy.size === undefined || source.size === undefined || copy.size === source.size) return undefined;
  return `${copy.name} has ${copy.size} bytes, the publisher's ${source.size}`;
}

function cacheFault({ cached, files }: LibraryItem): string | undefined {
  const without = files.filter((file) => file.cached === false);
  if (without.length > 0) return `${without.map(({ name }) => name).join(", ")} not copied`;
  return cached ? undefined : "not copied";
}

function isDisk(name: string): boolean {
  return name.toLowerCase().endsWith(".vmdk");
}
