import type { Azurite } from "./azurite.ts";
import { ArmError } from "./arm-error.ts";

const footerBytes = 512;
const mebibyte = 2 ** 20;
const fixedDisk = 2;

/**
 * What Compute looks at before it makes a disk of a blob.
 * @param path `container/blob`
 * @returns bytes of the disk, without the footer.
 * @throws ArmError as Compute refuses it.
 */
export async function readFixedVhd(azurite: Azurite, path: string, uri: string): Promise<number> {
  const head = await azurite.call("HEAD", path);
  if (head.status === 404) throw new ArmError(404, "ResourceNotFound", `The specified blob ${uri} does not exist.`);
  if (head.status !== 200) throw new Error(`azurite: HEAD ${path}: ${head.status}`);
  const property = (name: string): string => String(head.headers?.[name] ?? "");
  if (property("x-ms-blob-type") !== "PageBlob") throw new ArmError(400, "InvalidParameter", `The blob ${uri} is not a page blob.`);
  if (property("x-ms-lease-state") === "leased") throw new ArmError(409, "AcquireDiskLeaseFailed", `Failed to acquire lease while creating disk using blob with URI ${uri}. Blob is already leased.`);
  const bytes = Number(property("content-length"));
  const footer = bytes < footerBytes ? Buffer.alloc(0) : (await azurite.call("GET", path, { "x-ms-range": `bytes=${bytes - footerBytes}-${bytes - 1}` })).body;
  const fault = footerFault(footer, bytes - footerBytes);
  if (fault) throw new ArmError(400, "InvalidVhd", `The specified blob ${uri} is not a valid VHD: ${fault}.`);
  return bytes - footerBytes;
}

function footerFault(footer: Buffer, bytes: number): string | undefined {
  if (footer.subarray(0, 8).toString("latin1") !== "conectix") return "the cookie value 'conectix' is not found at the footer";
  if (footer.readUInt32BE(60) !== fixedDisk) return "only fixed disks are supported";
  if (Number(footer.readBigUInt64BE(48)) !== bytes) return `the footer says ${footer.readBigUInt64BE(48)} bytes, the disk has ${bytes}`;
  if (footer.readUInt32BE(64) !== checksum(footer)) return "the footer's checksum is wrong";
  return bytes % mebibyte || bytes === 0 ? "the virtual size must be a whole number (in MiB)" : undefined;
}

function checksum(footer: Buffer): number {
  let sum = 0;
  for (const [at, byte] of footer.entries()) if (at < 64 || at >= 68) sum += byte;
  return ~sum >>> 0;
}
