import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory, writeDurably } from "./durable.ts";
import { errorCode, ifPresent } from "./errors.ts";
import type { Layout } from "./layout.ts";
import { liveness, processIdentity } from "./process-identity.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** Who works in a staging directory, on what; written before the directory is used. */
export interface StagingOwner extends ProcessIdentity {
  readonly purpose: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** The run that the process belongs to, from IMAGEFLEET_RUN. */
  readonly run?: string;
  /** `debian-12@2026.1101.2`: this process is about to remove that release (see removal.ts). */
  readonly removing?: string;
}

/** A private directory on the store's file system, so that a rename moves what is in it. */
export interface StagingDir {
  /** Holds owner.json; for what must not be published. */
  readonly dir: string;
  /** Becomes a group's directory. */
  readonly files: string;
}

const ownerFile = "owner.json";
/** What is left on another host can't be proven dead: after this time nobody builds any more. */
const foreignAgeMs = 7 * 24 * 3600 * 1000;
/** Between making a directory and saying whose it is there are milliseconds: after this time its maker is dead. */
const unclaimedAgeMs = 60 * 1000;

export async function createStaging(layout: Layout, purpose: string, removing?: string): Promise<StagingDir> {
  await makeDirectory(layout.staging, layout.root);
  const identity = processIdentity();
  if (!identity) throw new Error("/proc is not mounted: the store cannot tell its own process from others");
  const run = process.env["IMAGEFLEET_RUN"];
  const owner: StagingOwner = { ...identity, purpose, createdAt: new Date().toISOString(), ...(run && { run }), ...(removing && { removing }) };
  for (;;) {
    const dir = join(layout.staging, randomUUID());
    await mkdir(dir);
    try {
      await writeDurably(join(dir, ownerFile), `${JSON.stringify(owner, null, 2)}\n`);
    } catch (error) {
      // Another process's sweep takes empty directories: it came between the two calls.
      if (errorCode(error) === "ENOENT") continue;
      throw error;
    }
    await mkdir(join(dir, "files"));
    return { dir, files: join(dir, "files") };
  }
}

/** The owner goes last: what is left of an interrupted removal still says whose it was. */
export async function discard(dir: string): Promise<void> {
  for (const name of (await ifPresent(readdir(dir))) ?? []) {
    if (name !== ownerFile) await rm(join(dir, name), { recursive: true, force: true });
  }
  await rm(dir, { recursive: true, force: true });
}

/** Every staging directory with its owner, if that can be read. */
export async function stagings(layout: Layout): Promise<{ dir: string; owner?: StagingOwner }[]> {
  const names = (await ifPresent(readdir(layout.staging))) ?? [];
  return Promise.all(
    names.map(async (name) => {
      const dir = join(layout.staging, name);
      const owner = await readOwner(dir);
      return owner ? { dir, owner } : { dir };
    }),
  );
}

/** Removes what dead processes left. A directory of a live one, or of one that may live elsewhere, is never touched. */
export async function sweepStagings(layout: Layout): Promise<string[]> {
  const swept: string[] = [];
  for (const { dir, owner } of await stagings(layout)) {
    if (owner ? isAbandoned(owner) : (await removedEmpty(dir)) || (await isOld(dir))) {
      await discard(dir);
      swept.push(dir);
    }
  }
  return swept;
}

/** What `sweepStagings` would remove. */
export async function abandonedStagings(layout: Layout): Promise<{ dir: string; owner?: StagingOwner }[]> {
  const all = await stagings(layout);
  const abandoned = await Promise.all(all.map(async ({ dir, owner }) => (owner ? isAbandoned(owner) : (await isEmpty(dir)) || isOld(dir))));
  return all.filter((_, index) => abandoned[index]);
}

/** Whether a process is proven dead, or, elsewhere, has had all the time that a build can take. */
export function isAbandoned(owner: StagingOwner): boolean {
  const life = liveness(owner);
  return life === "dead" || (life === "unknown" && Date.now() - Date.parse(owner.createdAt) > foreignAgeMs);
}

/** For a directory whose owner can't be read: a kill before it was claimed leaves such, and a power cut. */
async function isOld(dir: string): Promise<boolean> {
  const stats = await ifPresent(stat(dir));
  const claimed = (await ifPresent(stat(join(dir, "files")))) !== undefined;
  return stats !== undefined && Date.now() - stats.mtimeMs > (claimed ? foreignAgeMs : unclaimedAgeMs);
}

/** Nothing is lost with an empty directory: whoever has just made it makes another. */
async function removedEmpty(dir: string): Promise<boolean> {
  try {
    await rmdir(dir);
    return true;
  } catch {
    return false;
  }
}

async function isEmpty(dir: string): Promise<boolean> {
  return (await ifPresent(readdir(dir)))?.length === 0;
}

async function readOwner(dir: string): Promise<StagingOwner | undefined> {
  try {
    const owner = JSON.parse(await readFile(join(dir, ownerFile), "utf8")) as StagingOwner;
    return Number.isInteger(owner.pid) && typeof owner.host === "string" ? owner : undefined;
  } catch {
    return undefined;
  }
}
