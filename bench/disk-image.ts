import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDir } from "#providers/shared/project";

/** A disk with real data, raw and as a release has it. */
export interface DiskImage {
  /** 10 GiB, sparse. */
  readonly raw: string;
  readonly qcow2: string;
  /** What of it is allocated. */
  readonly dataBytes: number;
}

const gib = 2 ** 30;
/** Directories of this machine that are copied until there is enough: programs, libraries, texts. */
const sources = ["/usr/bin", "/usr/sbin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/share/doc", "/usr/share/locale", "/usr/share/man", "/usr/lib", "/usr/share"];
const enough = 1.2 * gib;

/** An ext4 file system with more than a GiB of this machine's own files; made once, then kept in the cache. */
export async function diskImage(log: (line: string) => void): Promise<DiskImage> {
  const dir = join(cacheDir(), "bench");
  const image = { raw: join(dir, "disk.raw"), qcow2: join(dir, "disk.qcow2") };
  const made = await stat(image.qcow2).catch(() => undefined);
  if (!made) await make(image, dir, log);
  return { ...image, dataBytes: (await stat(image.raw)).blocks * 512 };
}

async function make({ raw, qcow2 }: Pick<DiskImage, "raw" | "qcow2">, dir: string, log: (line: string) => void): Promise<void> {
  await mkdir(dir, { recursive: true });
  const tmp = await mkdtemp(join(dir, "making-"));
  try {
    log(`making a disk of this machine's files in ${dir}, once`);
    await copyFiles(join(tmp, "files"));
    await execa("truncate", ["-s", "10G", join(tmp, "raw")]);
    await execa("mke2fs", ["-q", "-F", "-t", "ext4", "-d", join(tmp, "files"), join(tmp, "raw")]);
    await execa("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", join(tmp, "raw"), join(tmp, "qcow2")]);
    await rename(join(tmp, "raw"), raw);
    await rename(join(tmp, "qcow2"), qcow2);
  } finally {
    await rm(tmp, { recursive: true, force: true });
  }
}

async function copyFiles(target: string): Promise<void> {
  for (const source of sources) {
    if (!(await stat(source).catch(() => undefined))) continue;
    // What another user may not read is left out.
    await cp(source, join(target, source), { recursive: true, verbatimSymlinks: true, force: false, filter: (path) => stat(path).then((one) => one.isFile() || one.isDirectory(), () => false) });
    const { stdout } = await execa("du", ["-s", "-B1", target]);
    if (Number.parseInt(stdout, 10) > enough) return;
  }
}
