import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A range of a test's disk and the byte that fills it. */
export interface Patch {
  readonly at: number;
  readonly length: number;
  readonly byte: number;
}

/** A directory of a test's own, and disks in it. */
export interface DiskFixture {
  readonly dir: string;
  /** A sparse raw disk with these patches. */
  raw(name: string, bytes: number, patches?: readonly Patch[]): Promise<string>;
  /** The same as qcow2, made by qemu-img; `options` such as `-c` go to `qemu-img convert`. */
  qcow2(name: string, bytes: number, patches?: readonly Patch[], options?: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function makeDisks(): Promise<DiskFixture> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-disk-"));
  const raw = async (name: string, bytes: number, patches: readonly Patch[] = []): Promise<string> => {
    const path = join(dir, name);
    const handle = await open(path, "w");
    await handle.truncate(bytes);
    for (const { at, length, byte } of patches) await handle.write(Buffer.alloc(length, byte), 0, length, at);
    await handle.close();
    return path;
  };
  const qcow2 = async (name: string, bytes: number, patches: readonly Patch[] = [], options: readonly string[] = []): Promise<string> => {
    const source = await raw(`${name}.raw`, bytes, patches);
    const path = join(dir, name);
    qemuImg("convert", "-f", "raw", "-O", "qcow2", ...options, source, path);
    return path;
  };
  return { dir, raw, qcow2, remove: () => rm(dir, { recursive: true, force: true }) };
}

export function qemuImg(...args: readonly string[]): string {
  return execFileSync("qemu-img", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
