import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { flush, moveIfAbsent, writeDurably } from "#store/durable";
import { sha256File } from "#store/digest";
import { ifPresent } from "#store/errors";
import { Layout } from "#store/layout";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";
import { createStaging, discard, sweepStagings, type StagingDir } from "#store/staging-area";
import { VerifiedCache } from "#store/verified-cache";
import { withLock, type LockOptions } from "#providers/packer-build/sources/cache-lock";
import { noteDigest } from "#providers/packer-build/sources/note-digest";
import { quarantine } from "#providers/packer-build/sources/quarantine";

const recordSchema = z.object({
  schemaVersion: z.literal(1),
  recipe: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number(),
  /** RFC 3339, UTC. */
  createdAt: z.string(),
  seconds: z.number(),
});
export type BootstrapRecord = z.infer<typeof recordSchema>;

/** Newest disks of a recipe that are kept; those in use are kept besides. */
const keptPerRecipe = 3;
export const diskName = "disk.qcow2";
const recordName = "bootstrap.json";
const usersName = "users";

/**
 * Base disks by the key of what they were made from: `<key>/disk.qcow2`, its record beside it, and a file for each process that
 * uses it. A disk appears under its key whole or not at all.
 */
export class BootstrapCache {
  readonly root: string;
  readonly #cacheDir: string;
  readonly #layout: Layout;

  constructor(cacheDir: string) {
    this.#cacheDir = cacheDir;
    this.root = join(cacheDir, "bootstrap");
    this.#layout = new Layout(this.root);
  }

  /** Only the holder may look a key up, fill it or remove it. */
  async lock<T>(key: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
    return withLock(`${this.#dir(key)}.lock`, options, work);
  }

  /** A disk that is whole, noted as used by this process until it ends. A damaged one is moved aside. */
  async find(key: string, onDamaged: (aside: string) => void): Promise<{ path: string; record: BootstrapRecord } | undefined> {
    const dir = this.#dir(key);
    const path = join(dir, diskName);
    if ((await ifPresent(readdir(dir))) === undefined) return undefined;
    const record = await this.#record(key);
    const found = record && (await ifPresent(new VerifiedCache(this.#cacheDir).digest(path)));
    if (!record || found?.sha256 !== record.sha256) {
      onDamaged(await quarantine(this.#cacheDir, dir));
      return undefined;
    }
    await this.#use(dir);
    return { path, record };
  }

  /** A private directory on the cache's own file system; what dead processes left is swept first. */
  async stage(purpose: string): Promise<StagingDir> {
    await mkdir(this.root, { recursive: true });
    await sweepStagings(this.#layout);
    return createStaging(this.#layout, purpose);
  }

  async discard(staging: StagingDir): Promise<void> {
    await discard(staging.dir);
  }

  /** Publishes the disk in a staging directory; if somebody was faster, theirs stays. */
  async publish(key: string, staging: StagingDir, facts: { recipe: string; seconds: number }): Promise<void> {
    const disk = join(staging.files, diskName);
    await chmod(disk, 0o444);
    await flush(disk);
    const { sha256, bytes } = await sha256File(disk);
    const record: BootstrapRecord = { schemaVersion: 1, ...facts, sha256, bytes, createdAt: new Date().toISOString() };
    await writeDurably(join(staging.files, recordName), `${JSON.stringify(record, null, 2)}\n`);
    if (await moveIfAbsent(staging.files, this.#dir(key))) await noteDigest(this.#cacheDir, join(this.#dir(key), diskName), sha256);
  }

  /** Removes old disks of a recipe that no living process uses. */
  async prune(recipe: string, options: LockOptions): Promise<void> {
    const keys = ((await ifPresent(readdir(this.root))) ?? []).filter((name) => /^[0-9a-f]{64}$/.test(name));
    const records = await Promise.all(keys.map(async (key) => ({ key, record: await this.#record(key) })));
    const own = records.flatMap(({ key, record }) => (record?.recipe === recipe ? [{ key, createdAt: record.createdAt }] : []));
    const old = own.sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(keptPerRecipe);
    for (const { key } of old) await this.lock(key, options, () => this.#removeUnused(key));
  }

  async #removeUnused(key: string): Promise<void> {
    const dir = this.#dir(key);
    if (await isUsed(join(dir, usersName))) return;
    const staging = await this.stage(`remove the bootstrap ${key.slice(0, 12)}`);
    if (await ifPresent(rename(dir, join(staging.dir, "old")).then(() => true))) await this.discard(staging);
  }

  async #use(dir: string): Promise<void> {
    const identity = processIdentity();
    if (!identity) return;
    await mkdir(join(dir, usersName), { recursive: true });
    await writeFile(join(dir, usersName, `${identity.pid}-${identity.startTime}.json`), JSON.stringify(identity));
  }

  async #record(key: string): Promise<BootstrapRecord | undefined> {
    try {
      return recordSchema.parse(JSON.parse(await readFile(join(this.#dir(key), recordName), "utf8")));
    } catch {
      return undefined;
    }
  }

  #dir(key: string): string {
    return join(this.root, key);
  }
}

/** Whether a process that may still live uses what is in a directory; notes of dead ones are dropped. */
async function isUsed(users: string): Promise<boolean> {
  const names = (await ifPresent(readdir(users))) ?? [];
  const used = await Promise.all(names.map(async (name) => {
    const file = join(users, name);
    const identity = await readFile(file, "utf8").then((text) => JSON.parse(text) as ProcessIdentity).catch(() => undefined);
    if (identity && liveness(identity) !== "dead") return true;
    await rm(file, { force: true });
    return false;
  }));
  return used.includes(true);
}
