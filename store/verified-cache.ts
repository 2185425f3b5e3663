import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { sha256File } from "./digest.ts";
import type { Digest, DigestProgress } from "./digest.ts";
import { ifPresent } from "./errors.ts";

/** What changes when somebody writes to a file or puts another in its place. */
const identitySchema = z.object({ size: z.string(), mtimeNs: z.string(), ctimeNs: z.string(), ino: z.string() });
const entrySchema = identitySchema.extend({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type FileIdentity = z.infer<typeof identitySchema>;

/** A kernel stamps files with a clock that ticks every 1 to 10 ms: two changes within a tick look like one. */
const tickMs = 20;

/** `${XDG_CACHE_HOME:-~/.cache}/imagefleet` */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "imagefleet");
}

/**
 * This machine's memory of digests, so that a large file is read once and again only when it has changed. A cache:
 * losing or damaging it costs time and nothing else.
 */
export class VerifiedCache {
  readonly dir: string;
  readonly #onProgress: ((progress: DigestProgress) => void) | undefined;
  constructor(cacheDir: string, onProgress?: (progress: DigestProgress) => void) {
    this.dir = join(cacheDir, "verified");
    this.#onProgress = onProgress;
  }

  /** Digest of what is at `path` now; read afresh when `deep` or when the file is not the one that was read before. */
  async digest(path: string, deep = false): Promise<Digest> {
    const identity = await fileIdentity(path);
    const known = deep ? undefined : await this.#lookup(path, identity);
    if (known) return { sha256: known, bytes: Number(identity.size) };
    const { digest, stable } = await this.read(path);
    if (stable) await this.remember(path, stable, digest.sha256);
    return digest;
  }

  /** Reads the whole file; `stable` is its identity if nobody touched it meanwhile. */
  async read(path: string): Promise<{ digest: Digest; stable?: FileIdentity }> {
    const before = await fileIdentity(path);
    await untilPast(before);
    const digest = await sha256File(path, this.#onProgress);
    const after = await fileIdentity(path);
    return sameFile(before, after) ? { digest, stable: after } : { digest };
  }

  /** Notes a digest, if the file at `path` is still the one that was read. Failing to note it is no failure. */
  async remember(path: string, identity: FileIdentity, sha256: string): Promise<void> {
    const file = this.#entry(path);
    const temporary = `${file}.${randomUUID()}`;
    try {
      if (!sameFile(identity, await fileIdentity(path))) return;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(temporary, JSON.stringify({ path, ...identity, sha256 }));
      await rename(temporary, file);
    } catch {
      // A read-only or full home directory: the file is read again next time.
    }
  }

  /** Notes, older than `before`, of files that are gone; a file system that is away for a while takes none along. */
  async orphans(before: Date): Promise<{ files: string[]; bytes: number }> {
    const entries = (await ifPresent(readdir(this.dir, { recursive: true, withFileTypes: true }))) ?? [];
    const orphans = { files: [] as string[], bytes: 0 };
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name);
      const stats = entry.isFile() ? await ifPresent(lstat(file)) : undefined;
      if (!stats || stats.mtimeMs >= before.getTime() || !(await isOrphan(file))) continue;
      orphans.files.push(file);
      orphans.bytes += stats.blocks * 512;
    }
    return orphans;
  }

  /** Drops notes. Idempotent; failing to is no failure. */
  async forget(files: readonly string[]): Promise<void> {
    for (const file of files) await rm(file, { force: true }).catch(() => undefined);
  }

  /** Drops the notes of files that have been removed. */
  forgetFiles(paths: readonly string[]): Promise<void> {
    return this.forget(paths.map((path) => this.#entry(path)));
  }

  async #lookup(path: string, identity: FileIdentity): Promise<string | undefined> {
    try {
      const entry = entrySchema.parse(JSON.parse(await readFile(this.#entry(path), "utf8")));
      return entry.path === path && sameFile(entry, identity) ? entry.sha256 : undefined;
    } catch {
      return undefined;
    }
  }

  #entry(path: string): string {
    const name = createHash("sha256").update(path).digest("hex");
    return join(this.dir, name.slice(0, 2), `${name.slice(2)}.json`);
  }
}

/** Whether a note is of a file that is gone, or is no note at all. */
async function isOrphan(file: string): Promise<boolean> {
  const text = await ifPresent(readFile(file, "utf8"));
  if (text === undefined) return false;
  const entry = entrySchema.safeParse(parsed(text));
  return !entry.success || (await ifPresent(lstat(entry.data.path))) === undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a file is now. */
export async function fileIdentity(path: string): Promise<FileIdentity> {
  const { size, mtimeNs, ctimeNs, ino } = await lstat(path, { bigint: true });
  return { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` };
}

export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
}

/** Any change from now on must get a later time stamp than the one we note. */
async function untilPast(identity: FileIdentity): Promise<void> {
  const age = Date.now() - Number(BigInt(identity.ctimeNs) / 1_000_000n);
  if (age >= 0 && age < tickMs) await sleep(tickMs - age);
}
