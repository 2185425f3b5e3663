import { chmod, lstat } from "node:fs/promises";
import type { Stats } from "node:fs";
import { join } from "node:path";
import type { Artifact } from "#model/release";
import type { StoreContext } from "./context.ts";
import { flush } from "./durable.ts";
import { ifPresent, StoreError } from "./errors.ts";
import type { StagingDir } from "./staging-area.ts";
import { fileIdentity, sameFile, type FileIdentity } from "./verified-cache.ts";

/** A file that is final: its digest, and what it was when it was read. */
export type Settled = Artifact & { readonly identity: FileIdentity };

/**
 * Makes one staged file read-only, flushes it and hashes it: from here on it must not change. One that was settled before
 * and has not been touched since is not read again.
 */
export async function settleFile({ verified }: StoreContext, staging: StagingDir, expected: Partial<Artifact> & { name: string }, action: string, before?: ReadonlyMap<string, Settled>): Promise<Settled> {
  const { name } = expected;
  const path = join(staging.files, name);
  const refuse = (cause: string) => new StoreError({ action, place: path, cause, hint: "nothing was stored; run the step that writes this file again" });
  const stats = await ifPresent(lstat(path));
  if (!stats) throw refuse(`the artifact ${name} is missing`);
  if (!stats.isFile()) throw refuse(`the artifact ${name} is a ${kindOf(stats)}, not a file`);
  // Whoever has another name for the file could change it after it was verified.
  if (stats.nlink > 1) throw refuse(`the artifact ${name} has other hard links`);
  const known = before?.get(name);
  const found = known && sameFile(known.identity, await fileIdentity(path)) ? known : await readFinal();
  const { bytes = found.bytes, sha256 = found.sha256 } = expected;
  if (bytes !== found.bytes) throw refuse(`the artifact ${name} has ${found.bytes} bytes, expected ${bytes}`);
  if (sha256 !== found.sha256) throw refuse(`the artifact ${name} has SHA-256 ${found.sha256}, expected ${sha256}`);
  return found;

  async function readFinal(): Promise<Settled> {
    await chmod(path, 0o444);
    await flush(path);
    const { digest, stable } = await verified.read(path);
    if (!stable) throw refuse(`the artifact ${name} was changed while it was read`);
    return { name, sha256: digest.sha256, bytes: digest.bytes, identity: stable };
  }
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return "symbolic link";
  return stats.isDirectory() ? "directory" : "special file";
}
