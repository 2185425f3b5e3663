import { FleetError } from "#model/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";
import type { Readable } from "#providers/disk-format/format-writer";
import { programFailed } from "#providers/disk-format/program-failed";

/** qemu-img compare's exit code when it has read both and found a difference. */
const differs = 1;

/**
 * Compares an artifact with the qcow2 that it was made from, as a guest would see both: what is longer must end in zeros.
 * @throws FleetError where they differ or cannot be compared.
 */
export async function compareWithDisk(diskFile: string, artifact: string, readable: Readable, { action, signal }: { action: string; signal: AbortSignal }): Promise<void> {
  if (readable.kind === "compared") return;
  const source = { driver: "qcow2", file: { driver: "file", filename: diskFile } };
  const result = await exec("qemu-img", ["compare", "--image-opts", imageOptions(source), imageOptions(nodeOf(artifact, readable))], { env: baseEnvironment(), signal });
  if (result.ok) return;
  if (result.exitCode !== differs) throw programFailed("qemu-img", result, { action, place: artifact });
  throw new FleetError({ action, place: artifact, cause: `what was written is not the disk: ${result.tail.at(-1)}`, hint: "nothing was stored; check this machine's memory and disk (dmesg), then run `npm run up` again" });
}

type Node = { readonly [name: string]: string | number | Node };

function nodeOf(filename: string, { driver, offset, bytes }: Extract<Readable, { kind: "disk" }>): Node {
  const file = { driver: "file", filename };
  return { driver, file: offset === undefined ? file : { driver: "raw", offset, ...(bytes !== undefined && { size: bytes }), file } };
}

/** `driver=qcow2,file.driver=file,...`: the drivers are named, nothing is guessed; a comma in a value is doubled. */
function imageOptions(node: Node, prefix = ""): string {
  const parts = Object.entries(node).map(([name, value]) => (typeof value === "object" ? imageOptions(value, `${prefix}${name}.`) : `${prefix}${name}=${String(value).replaceAll(",", ",,")}`));
  return parts.join(",");
}
