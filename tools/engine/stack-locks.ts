import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { FleetError } from "#model/errors";
import { processIdentity } from "#store/process-identity";
import type { FileBackend } from "./file-backend.ts";

/** The engine's lock of a stack in a file backend. */
export interface StackLock {
  readonly file: string;
  /** `process 4711 of root@builder, since 2026-11-01T08:00:00Z` */
  readonly holder: string;
  /** `dead` only on proof; `unknown`: of another host, or nobody can read whose it is. */
  readonly state: "dead" | "alive" | "unknown";
}

interface Content {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

export async function stackLocks({ locks }: FileBackend): Promise<StackLock[]> {
  const names = (await readdir(locks).catch(() => [])).filter((name) => name.endsWith(".json")); // beside each may be its type, `.attrs`
  const found = await Promise.all(names.sort().map((name) => stackLock(join(locks, name))));
  return found.filter((lock) => lock !== undefined);
}

async function stackLock(file: string): Promise<StackLock | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined; // freed meanwhile
  const lock = contentOf(text);
  if (!lock) return { file, holder: "somebody whose lock cannot be read", state: "unknown" };
  const { pid, username, hostname: host, timestamp } = lock;
  const state = host !== hostname() ? "unknown" : (await mayRun(lock)) ? "alive" : "dead";
  return { file, holder: `process ${pid} of ${username}@${host}, since ${timestamp}`, state };
}

function contentOf(text: string): Content | undefined {
  try {
    const lock = JSON.parse(text) as Partial<Content>;
    return Number.isInteger(lock.pid) && typeof lock.hostname === "string" && !Number.isNaN(Date.parse(lock.timestamp ?? "")) ? (lock as Content) : undefined;
  } catch {
    return undefined;
  }
}

/** Clocks are set, and the kernel counts in hundredths of a second. */
const slackMs = 5_000;

/** Whether the process that wrote a lock may still run. One that has its number and is another program, begun after the lock, is not it. */
async function mayRun({ pid, timestamp }: Content): Promise<boolean> {
  const identity = processIdentity(pid);
  if (!identity) return false;
  const [name, clock] = await Promise.all([readFile(`/proc/${pid}/comm`, "utf8").catch(() => ""), readFile("/proc/stat", "utf8")]);
  const started = Number(/^btime (\d+)$/m.exec(clock)?.[1]) * 1000 + identity.startTime * 10;
  return name.trim() === "pulumi" || !(started > Date.parse(timestamp) + slackMs);
}

/** @throws FleetError for a lock that only its owner can judge. */
export function refuseUnknown(stack: string, lock: StackLock): void {
  if (lock.state !== "unknown") return;
  throw new FleetError({
    action: `change the stack ${stack}`,
    place: lock.file,
    cause: `it is locked by ${lock.holder}: whether that still runs cannot be told from here, so the lock stays`,
    hint: `wait for that run; if it is certain that it has ended: rm '${lock.file}', and run again`,
  });
}
