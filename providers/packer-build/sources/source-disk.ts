import { open } from "node:fs/promises";
import { z } from "zod";
import { FleetError } from "#model/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";

type DiskFormat = "raw" | "qcow2";

/** Marks near the beginning of a file: format, offset, bytes in hexadecimal. A fixed VHD has its mark at the end and passes for raw, which it is. */
const marks: readonly (readonly [string, number, string])[] = [
  ["qcow2", 0, "514649fb"],
  ["vmdk", 0, "4b444d56"],
  ["vmdk", 0, "434f5744"],
  ["vmdk", 0, "23204469736b2044"], // "# Disk D(escriptorFile)"
  ["vhdx", 0, "7668647866696c65"],
  ["vpc", 0, "636f6e6563746978"],
  ["vdi", 64, "7f10dabe"],
  ["gzip", 0, "1f8b08"],
  ["xz", 0, "fd377a585a00"],
  ["zstd", 0, "28b52ffd"],
  ["bzip2", 0, "425a68"],
  ["zip", 0, "504b0304"],
];
const compressed = new Set(["gzip", "xz", "zstd", "bzip2", "zip"]);
/** Bit of the incompatible features: the content is in another file. */
const externalData = 1n << 2n;

const infoSchema = z.object({
  format: z.string(),
  "backing-filename": z.string().optional(),
  "full-backing-filename": z.string().optional(),
  "format-specific": z.object({ data: z.object({ "data-file": z.string().optional() }) }).optional(),
});

/** Format of a disk by its own mark; `raw` when it has none. */
export async function markedFormat(path: string): Promise<string> {
  const bytes = (await header(path)).toString("hex");
  return marks.find(([, offset, mark]) => bytes.startsWith(mark, offset * 2))?.[0] ?? "raw";
}

/**
 * Refuses a disk that is not of the declared format, or whose content is, even in part, in another file: it would bring files
 * of this machine into the image. The header is read here first, since qemu-img itself opens a data file that it names.
 */
export async function checkDisk(path: string, format: DiskFormat, place: string, action: string, registry: { workDir: string; purpose: string }, signal: AbortSignal): Promise<void> {
  const refuse = (cause: string, hint: string) => new FleetError({ action, place, cause, hint });
  const marked = await markedFormat(path);
  if (marked !== format) throw refuse(marked === "raw" ? "it is not a qcow2 disk" : `it is ${marked}, not ${format} as declared`, remedy(marked));
  const linked = (what: string) => refuse(`it has a ${what}: its content is in another file`, "make a disk of its own and pin that: qemu-img convert -f qcow2 -O qcow2 <disk> <whole disk>");
  const { backing, data } = await links(path, format);
  if (backing) throw linked("backing file");
  if (data) throw linked("data file");

  const result = await exec("qemu-img", ["info", "--output=json", "-f", format, path], { env: baseEnvironment(), timeoutMs: 60_000, signal, registry });
  signal.throwIfAborted();
  if (result.ended === "not found") throw refuse("qemu-img is not on PATH", "npm run setup");
  if (!result.ok) throw refuse(`qemu-img cannot read it: ${result.tail.join(" ").replaceAll(path, place)}`, "check that the digest belongs to a whole disk image");
  const info = infoSchema.parse(JSON.parse(result.stdout));
  if (info.format !== format) throw refuse(`qemu-img says that it is ${info.format}, not ${format}`, "set disk_format to what it is");
  if (info["backing-filename"] ?? info["full-backing-filename"]) throw linked("backing file");
  if (info["format-specific"]?.data["data-file"]) throw linked("data file");
}

function remedy(marked: string): string {
  if (marked === "raw" || marked === "qcow2") return `set disk_format = "${marked}" in the OS facts, if that is what the publisher offers`;
  const how = compressed.has(marked) ? "unpack it" : `convert it: qemu-img convert -f ${marked} -O qcow2 <disk> <new disk>`;
  return `raw and qcow2 are taken: ${how}, and pin the result by its own SHA-256`;
}

/** What a qcow2 header says of other files; older headers (version 2) have no features. */
async function links(path: string, format: DiskFormat): Promise<{ backing: boolean; data: boolean }> {
  if (format === "raw") return { backing: false, data: false };
  const bytes = await header(path);
  if (bytes.length < 72) return { backing: false, data: false }; // qemu-img says what is wrong with it
  const version = bytes.readUInt32BE(4);
  const features = version >= 3 && bytes.length >= 80 ? bytes.readBigUInt64BE(72) : 0n;
  return { backing: bytes.readBigUInt64BE(8) !== 0n, data: (features & externalData) !== 0n };
}

async function header(path: string): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.alloc(104);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
