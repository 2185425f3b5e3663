import { FleetError } from "#model/errors";
import { baseEnvironment, exec } from "#providers/shared/exec";

interface ImageInfo {
  readonly "virtual-size": number;
  readonly "backing-filename"?: string;
  readonly "format-specific"?: { readonly data?: { readonly "data-file"?: string } };
}

/**
 * Size of a finished qcow2 disk as its guest sees it, in bytes. A disk that is not whole by itself is refused: its bytes
 * would depend on a file that no digest covers.
 */
export async function inspectDisk(path: string, release: string): Promise<number> {
  const fail = (cause: string) => new FleetError({ action: `inspect the disk of ${release}`, place: path, cause });
  const result = await exec("qemu-img", ["info", "--output=json", "-f", "qcow2", path], { env: baseEnvironment() });
  if (!result.ok) throw fail(result.tail.join("\n") || `qemu-img: ${result.ended ?? result.exitCode}`);
  const info = JSON.parse(result.stdout) as ImageInfo;
  const other = info["backing-filename"] ?? info["format-specific"]?.data?.["data-file"];
  if (other) throw fail(`it depends on another file, ${other}`);
  return info["virtual-size"];
}
