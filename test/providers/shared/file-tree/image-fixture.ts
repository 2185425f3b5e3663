import { execFileSync } from "node:child_process";
import { chmod, link, lutimes, mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiskMap } from "#providers/shared/disk/disk";
import { mapDisk } from "#providers/shared/disk/map-disk";
import type { FileTree } from "#providers/shared/file-tree/file-tree";
import { openFileTree } from "#providers/shared/file-tree/open-file-tree";

export const MiB = 1024 * 1024;

/** A directory of a test's own, with a tree of files and file systems made of it. */
export interface ImageFixture {
  readonly dir: string;
  /** The files that images are made of. */
  readonly source: string;
  /** A file system by `mke2fs -d`, changed by commands of debugfs. @returns its path. */
  ext(name: string, mke2fs: readonly string[], options?: { readonly megabytes?: number; readonly debugfs?: readonly string[] }): string;
  remove(): Promise<void>;
}

export async function makeImages(): Promise<ImageFixture> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-tree-"));
  const source = join(dir, "source");
  await mkdir(join(source, "etc"), { recursive: true });
  await mkdir(join(source, "usr/lib"), { recursive: true });
  await writeFile(join(source, "usr/lib/os-release"), "ID=test\n");
  await symlink("../usr/lib/os-release", join(source, "etc/os-release"));
  const ext: ImageFixture["ext"] = (name, mke2fs, { megabytes = 48, debugfs = [] } = {}) => {
    const path = join(dir, name);
    run("mke2fs", ["-q", "-F", "-E", "lazy_itable_init=1", "-d", source, ...mke2fs, path, `${megabytes}M`]);
    if (debugfs.length > 0) run("debugfs", ["-w", "-f", "-", path], debugfs.join("\n"));
    return path;
  };
  return { dir, source, ext, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Everything that a file system of Linux can hold without being root, in a directory. */
export async function fill(source: string): Promise<void> {
  await writeFile(join(source, "etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
  await mkdir(join(source, "bin"));
  await writeFile(join(source, "bin/su"), "setuid");
  await chmod(join(source, "bin/su"), 0o4755);
  await link(join(source, "bin/su"), join(source, "bin/hard"));
  await symlink("x".repeat(59), join(source, "bin/fast"));
  await symlink("/usr/lib/" + "long/".repeat(20), join(source, "bin/slow"));
  await writeFile(join(source, "bin", "n".repeat(255)), "");
  await writeFile(join(source, "bin/Főtanúsítvány"), "utf-8");
  await writeFile(Buffer.concat([Buffer.from(join(source, "bin/lat")), Buffer.of(0xe9)]), "latin1");
  await lutimes(join(source, "bin/su"), -86_400, -86_400); // before 1970
  await mkdir(join(source, "a/b/c/d/e/f/g"), { recursive: true });
  await chmod(join(source, "a"), 0o1777);
  await writeFile(join(source, "a/zeros"), Buffer.concat([Buffer.of(1), Buffer.alloc(200_000), Buffer.of(1)])); // of zeros at the end mke2fs loses count
  await writeFile(join(source, "a/large"), Buffer.alloc(3 * MiB + 17, "large\n"));
  await writeSparse(join(source, "a/sparse"));
  execFileSync("mkfifo", [join(source, "a/fifo")]);
}

/** Data in every second piece: many extents, and in an ext2 block numbers of block numbers. */
async function writeSparse(path: string): Promise<void> {
  const handle = await open(path, "w");
  for (let at = 0; at < 400; at++) await handle.write(Buffer.alloc(4096, 1 + (at % 250)), 0, 4096, at * 16384);
  await handle.write("end", 400 * 16384 + 5); // mke2fs forgets a hole at the end
  await handle.close();
}

export async function rawMap(path: string): Promise<DiskMap> {
  return mapDisk(path, { format: "raw", tmp: "/nonexistent", action: "test" });
}

/** Opens a tree for one use. */
export async function withTree<T>(path: string, use: (tree: FileTree) => Promise<T>): Promise<T> {
  const tree = await openFileTree(await rawMap(path));
  try {
    return await use(tree);
  } finally {
    await tree.close();
  }
}

export function run(program: string, args: readonly string[], input?: string): string {
  return execFileSync(program, args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin`, DEBUGFS_PAGER: "cat" } });
}
