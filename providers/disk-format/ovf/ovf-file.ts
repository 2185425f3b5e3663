import { ovfEnvelope, type Appliance, type ApplianceDisk } from "#providers/disk-format/ovf/envelope";

/** No disk's sizes have more digits. */
const longest = { bytes: Number.MAX_SAFE_INTEGER, virtualBytes: Number.MAX_SAFE_INTEGER, populatedBytes: Number.MAX_SAFE_INTEGER };

/** Bytes to leave free for the descriptor before the disk's sizes are known. */
export function ovfRoom(appliance: Omit<Appliance, "disk">, file: string): number {
  return Buffer.byteLength(ovfEnvelope({ ...appliance, disk: { file, ...longest } }));
}

/** The descriptor, with line ends after it up to the room that was left: XML allows them. */
export function ovfFile(appliance: Omit<Appliance, "disk">, disk: ApplianceDisk): Buffer {
  const text = Buffer.from(ovfEnvelope({ ...appliance, disk }));
  return Buffer.concat([text, Buffer.alloc(ovfRoom(appliance, disk.file) - text.length, "\n")]);
}
