import { createHash, type Hash } from "node:crypto";
import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { bootFiles, type BootFiles } from "#providers/disk-format/netboot/boot-files";
import { ipxeScript, pxelinuxConfig, rootName } from "#providers/disk-format/netboot/boot-scripts";
import { compareSquashfs } from "#providers/disk-format/netboot/compare-squashfs";
import { writeSquashfs } from "#providers/disk-format/netboot/squashfs";
import { archiveEnd, paddingOf, ustarHeader } from "#providers/disk-format/tar/tar-header";

const compared = "squashfs listed and read by squashfs-tools, and compared with the image's files, their owners, modes and times";

/**
 * What a machine needs to start from the network, in one tar: kernel, initrd, the root file system as squashfs, an iPXE script,
 * an example for PXELINUX and SHA256SUMS. The image must have an initrd that fetches its root.
 */
export const netboot: FormatWriter = {
  kind: "netboot",
  needs: ["mksquashfs", "unsquashfs", "sqfscat"],
  extraBytes: ({ map }) => map.dataBytes,
  async write(job) {
    const tree = await job.tree();
    const files = await bootFiles(tree, job);
    const squashfs = join(job.dir, rootName);
    try {
      await writeSquashfs(job, squashfs);
      job.progress.say(`${job.progress.step}, compare`);
      const difference = await compareSquashfs(squashfs, tree, job.signal);
      job.signal.throwIfAborted();
      if (difference !== undefined) throw damaged(job, squashfs, difference);
      await writeKit(job, files, squashfs);
      return { readable: { kind: "compared", how: compared }, facts: { kernel: files.kernel.path, initrd: files.initrd.path, live: files.live, squashfsBytes: (await stat(squashfs)).size } };
    } finally {
      await rm(squashfs, { force: true });
    }
  },
};

function damaged(job: FormatJob, place: string, difference: string): FleetError {
  return new FleetError({
    action: `convert ${releaseName(job)} to netboot`, place, cause: `what was written is not the image: ${difference}`,
    hint: "nothing was stored; check this machine's memory and disk (dmesg), then run `npm run up` again",
  });
}

async function writeKit(job: FormatJob, { kernel, initrd, live }: BootFiles, squashfs: string): Promise<void> {
  const tree = await job.tree();
  const handle = await open(join(job.dir, job.artifact), "wx");
  const source = await open(squashfs);
  try {
    const output = new HashedOutput(handle, 0);
    const sums: string[] = [];
    const add = async (name: string, bytes: number, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> => {
      const hash = createHash("sha256");
      await output.append(ustarHeader({ name, bytes }));
      for await (const piece of content) await append(output, hash, piece, job.signal);
      await output.append(paddingOf(bytes));
      sums.push(`${hash.digest("hex")}  ${name}\n`);
    };
    const text = (name: string, content: string) => add(name, Buffer.byteLength(content), [Buffer.from(content)]);
    await add("vmlinuz", kernel.size, tree.stream(kernel));
    await add("initrd", initrd.size, tree.stream(initrd));
    await text("boot.ipxe", ipxeScript(job, live));
    await text("pxelinux.cfg/default", pxelinuxConfig(job, live));
    await add(rootName, (await source.stat()).size, source.createReadStream({ highWaterMark: 2 ** 20, autoClose: false }));
    await text("SHA256SUMS", sums.join(""));
    await output.append(archiveEnd);
  } finally {
    await source.close();
    await handle.close();
  }
}

async function append(output: HashedOutput, hash: Hash, piece: Buffer, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  hash.update(piece);
  await output.append(piece);
}
