import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReleaseId } from "#model/release";
import { openStore } from "#store/open";
import type { Store } from "#store/store";
import type { DiskFormatInputs } from "#providers/disk-format/provider";
import { ownEnvironment } from "../own-environment.ts";
import { release } from "../../store/fixture.ts";
import { storeBuilt, storePassed } from "../../store/sealed-release.ts";

/** A store with releases whose disks are real, and all that the provider looks at in the environment. */
export interface Project {
  readonly dir: string;
  readonly root: string;
  readonly store: Store;
  readonly id: ReleaseId;
  /** The environment of a process of its own that uses this project. */
  readonly environment: NodeJS.ProcessEnv;
  /** Stores a qcow2 as the build of `id`, with its gates passed. */
  addBuild(disk: string, options?: { readonly passed?: boolean }): Promise<void>;
  inputs(format: string): DiskFormatInputs;
  /** A PATH on which `qemu-img` is this shell script; `$real` in it is the real one. */
  fakeQemuImg(script: string): Promise<string>;
  /** What is half-made. */
  staged(): Promise<string[]>;
  remove(): Promise<void>;
}

const key = "ab".repeat(32);

export async function makeProject(): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-format-"));
  const root = join(dir, "store");
  const restore = await ownEnvironment(dir, root);
  const store = openStore(root);
  const id = release(1);
  return {
    dir, root, store, id,
    environment: { ...process.env },
    async addBuild(disk, { passed = true } = {}) {
      await storeBuilt(store, id, { key }, await readFile(disk));
      if (passed) await storePassed(store, id);
    },
    inputs: (format) => ({ ...id, key, format }),
    async fakeQemuImg(script) {
      const bin = await mkdtemp(join(dir, "bin-"));
      const real = execFileSync("sh", ["-c", "command -v qemu-img"], { encoding: "utf8" }).trim();
      await writeFile(join(bin, "qemu-img"), `#!/bin/sh\nreal=${real}\nfor last; do :; done\n${script}\nexec $real "$@"\n`);
      await chmod(join(bin, "qemu-img"), 0o755);
      return `${bin}:${process.env["PATH"]}`;
    },
    staged: () => readdir(join(root, "staging")),
    async remove() {
      restore();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
