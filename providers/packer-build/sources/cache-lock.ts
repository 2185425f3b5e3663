import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FleetError } from "#model/errors";
import { errorCode, ifPresent } from "#store/errors";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";

interface Holder extends ProcessIdentity {
  readonly token: string;
}

export interface LockOptions {
  readonly signal: AbortSignal;
  /** Told once, when somebody else holds the lock. */
  readonly onWait?: (holder: string) => void;
}

const pollMs = 200;

/**
 * Runs `work` while no other process, and nobody else in this one, holds the lock file. It is taken from a holder only on
 * proof that it is dead (pid, start time and boot), so a slow download or a suspended machine never loses its lock.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const token = await acquire(path, options);
  try {
    return await work();
  } finally {
    const holder = await holderOf(path);
    if (holder && holder !== "unreadable" && holder.token === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, options: LockOptions): Promise<string> {
  let told = false;
  for (;;) {
    options.signal.throwIfAborted();
    const token = await tryAcquire(path);
    if (token !== undefined) return token;
    const holder = await holderOf(path);
    if (!holder) continue;
    if (holder === "unreadable" || liveness(holder) === "dead") await breakLock(path, holder, options);
    else {
      if (!told) options.onWait?.(`process ${holder.pid} on ${holder.host.split("/")[0]}`);
      told = true;
      await sleep(pollMs, undefined, { signal: options.signal });
    }
  }
}

/** The lock appears with its content in one step: a reader never sees half of it. */
async function tryAcquire(path: string): Promise<string | undefined> {
  const identity = processIdentity();
  if (!identity) throw new FleetError({ action: "lock the cache", place: path, cause: "/proc is not mounted: this process cannot be told from others" });
  const holder: Holder = { ...identity, token: randomUUID() };
  const temporary = `${path}.${holder.token}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, JSON.stringify(holder), { mode: 0o644, flag: "wx" });
  try {
    await link(temporary, path);
    return holder.token;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Two that find the same dead holder must not both remove the file: the second would remove the first one's new lock.
 * So breaking has a lock of its own, named after the dead one, under which the file is looked at again.
 */
async function breakLock(path: string, dead: Holder | "unreadable", options: LockOptions): Promise<void> {
  const token = dead === "unreadable" ? "unreadable" : dead.token;
  await withLock(`${path}.break-${token}`, options, async () => {
    const now = await holderOf(path);
    const same = now !== undefined && (now === "unreadable" ? "unreadable" : now.token) === token;
    if (same) await rm(path, { force: true });
  });
}

async function holderOf(path: string): Promise<Holder | "unreadable" | undefined> {
  const text = await ifPresent(readFile(path, "utf8"));
  if (text === undefined) return undefined;
  try {
    const holder = JSON.parse(text) as Holder;
    return typeof holder.token === "string" && Number.isInteger(holder.pid) ? holder : "unreadable";
  } catch {
    return "unreadable"; // the machine stopped before the content reached the disk
  }
}
