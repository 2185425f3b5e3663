import { createReadStream } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { extract } from "tar-stream";
import { convert } from "../../disk-format/format-fixture.ts";

/** What is in an OVA of a disk of 1 MiB, written as releases are. @param keep is given the path of the OVA itself. */
export async function tinyOva(dir: string, keep?: (path: string) => Promise<void>): Promise<Record<string, Buffer>> {
  const disk = join(dir, "disk.qcow2");
  await execa("qemu-img", ["create", "-q", "-f", "qcow2", disk, "1M"]);
  await execa("qemu-io", ["-f", "qcow2", "-c", "write -P 7 0 64k", disk]);
  const { path } = await convert(disk, "ova", dir);
  await keep?.(path);
  const files: Record<string, Buffer> = {};
  const entries = createReadStream(path).pipe(extract());
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files[entry.header.name] = Buffer.concat(chunks);
  }
  return files;
}
