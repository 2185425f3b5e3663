import { FleetError } from "#model/errors";
import type { Disk } from "#providers/shared/disk/disk";

/** A range of a disk that may hold a file system. */
export interface Place {
  /** Bytes from the disk's beginning. */
  readonly start: number;
  readonly length: number;
  /** `partition 1`, `the whole disk`: for messages. */
  readonly name: string;
}

const action = "read the image's files";
const rebuild = "the image is damaged: set it aside with `npm run store -- verify --quarantine <image>@<version>` and build it again";

/** Reads within one partition, and never outside it, whatever a damaged file system asks for. */
export class Volume {
  readonly place: Place;
  private readonly disk: Disk;

  constructor(disk: Disk, place: Place) {
    this.disk = disk;
    this.place = place;
  }

  /** @throws FleetError when the range is not all within the volume. */
  async read(position: number, length: number): Promise<Buffer> {
    const { start, length: bytes } = this.place;
    if (position < 0 || position + length > bytes) throw this.fault(`bytes ${position} to ${position + length} are wanted, it ends at ${bytes}`);
    const buffer = Buffer.allocUnsafeSlow(length);
    await this.disk.read(buffer, start + position);
    return buffer;
  }

  /** What to throw where the content makes no sense. */
  fault(cause: string, hint = rebuild): FleetError {
    return new FleetError({ action, place: `${this.disk.map.file}, ${this.place.name}`, cause, hint });
  }
}

/** The same for what concerns the disk as a whole. */
export function diskFault(disk: Disk, cause: string, hint: string): FleetError {
  return new FleetError({ action, place: disk.map.file, cause, hint });
}
