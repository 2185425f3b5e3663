import { mapDisk } from "#providers/shared/disk/map-disk";

/** A range of a file that was written to; what is in none reads as zeros and need never be read. In bytes. */
export interface DataExtent {
  readonly offset: number;
  readonly length: number;
}

/**
 * Where the data of a sparse file lies, ascending: by `qemu-img map`, in 20 to 50 ms whatever the file's size. The file is
 * taken as raw, whatever is in it.
 * @param action For messages: `send debian-12@2026.1101.1 to aws-main`.
 */
export async function dataExtents(path: string, action = "find out where data lies"): Promise<DataExtent[]> {
  const { segments } = await mapDisk(path, { format: "raw", tmp: "", action });
  return segments.map(({ offset, length }) => ({ offset, length }));
}
