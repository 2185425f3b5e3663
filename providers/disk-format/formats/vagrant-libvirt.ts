import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { FleetError } from "#model/errors";
import { releaseName } from "#model/release";
import type { DiskMap } from "#providers/shared/disk/disk";
import type { FormatJob, FormatWriter } from "#providers/disk-format/format-writer";
import { GzipOutput } from "#providers/disk-format/gzip/gzip-output";
import { HashedOutput } from "#providers/disk-format/hashed-output";
import { archiveEnd, paddingOf, ustarHeader } from "#providers/disk-format/tar/tar-header";
import { vagrantfile } from "#providers/disk-format/vagrant/vagrantfile";

const gib = 2 ** 30;
const diskName = "box.img";

/**
 * A Vagrant box for libvirt: the release's own qcow2, uncompressed within, so that guests run on it at full speed and every
 * QEMU reads it.
 */
export const vagrantLibvirt: FormatWriter = {
  kind: "vagrant-libvirt",
  needs: [],
  estimate: ({ build }) => build.disk.bytes,
  async write(job) {
    const path = join(job.dir, job.artifact);
    await writeBox(job, path);
    await compare(job, path);
    return { readable: { kind: "compared", how: "unpacked in a stream, its disk has the digest of the build's" }, facts: { virtualBytes: job.map.virtualBytes, provider: "libvirt" } };
  },
};

async function writeBox({ build, map, diskFile, signal, progress }: FormatJob, path: string): Promise<void> {
  const bytes = (await stat(diskFile)).size;
  const metadata = { provider: "libvirt", format: "qcow2", virtual_size: Math.max(1, Math.ceil(map.virtualBytes / gib)) };
  const uefiOnly = build.os?.firmware?.includes("bios") === false;
  // vagrant-libvirt boots BIOS unless it is given a loader. This is where Debian and Ubuntu have it; elsewhere users say so.
  const settings = uefiOnly ? ['loader = "/usr/share/OVMF/OVMF_CODE.fd"'] : [];
  const handle = await open(path, "wx");
  try {
    const onProgress = (done: number): void => progress.say(`${progress.step}, ${Math.floor((done / bytes) * 100)} %`);
    const output = await GzipOutput.begin(new HashedOutput(handle, 0), { signal, onProgress });
    for (const [name, text] of [["metadata.json", `${JSON.stringify(metadata)}\n`], ["Vagrantfile", vagrantfile("libvirt", settings)]] as const) {
      const content = Buffer.from(text);
      await output.append(Buffer.concat([ustarHeader({ name, bytes: content.length }), content, paddingOf(content.length)]));
    }
    await output.append(ustarHeader({ name: diskName, bytes }));
    await output.appendDisk(wholeFile(diskFile, bytes));
    await output.append(Buffer.concat([paddingOf(bytes), archiveEnd]));
    await output.end();
  } finally {
    await handle.close();
  }
}

/** A file as it is, not the disk in it. */
function wholeFile(file: string, bytes: number): DiskMap {
  return { file, virtualBytes: bytes, segments: [{ start: 0, length: bytes, offset: 0 }], dataBytes: bytes };
}

async function compare(job: FormatJob, path: string): Promise<void> {
  job.progress.say(`${job.progress.step}, compare`);
  const hash = createHash("sha256");
  const entries = extract();
  const unpacking = pipeline(createReadStream(path), createGunzip({ chunkSize: 2 ** 20 }), entries, { signal: job.signal });
  const cause = await Promise.all([hashDisk(entries, hash), unpacking]).then(() => undefined, (error: Error) => error.message);
  job.signal.throwIfAborted();
  if (cause === undefined && hash.digest("hex") === job.build.disk.sha256) return;
  throw new FleetError({
    action: `convert ${releaseName(job)} to ${job.format.name}`, place: path, cause: `what was written is not the disk: ${cause ?? "its digest is another"}`,
    hint: "`npm run store -- verify` says whether the release's disk is intact; then run `npm run up` again",
  });
}

async function hashDisk(entries: ReturnType<typeof extract>, hash: ReturnType<typeof createHash>): Promise<void> {
  for await (const entry of entries) {
    for await (const chunk of entry) if (entry.header.name === diskName) hash.update(chunk as Buffer);
  }
}
