import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A process that can be told from a later one with the same number, also by another process and after a reboot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between boot and the start of the process: field 22 of /proc/<pid>/stat. */
  readonly startTime: number;
  readonly bootId: string;
  /** Host name and a digest of the machine id: machines that are both called `localhost` differ. */
  readonly host: string;
  /** Containers on one host count their processes separately. */
  readonly pidNamespace: string;
}

/** Identity of a running process, this one by default; `undefined` when there is none. */
export function processIdentity(pid: number = process.pid): ProcessIdentity | undefined {
  const startTime = runningSince(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: bootId(), host: host(), pidNamespace: pidNamespace() };
}

/**
 * `dead` only on proof: the same host, and since then rebooted, or no such process, or its number belongs to a later one.
 * What runs elsewhere, or in another container, is `unknown`.
 */
export function liveness(identity: ProcessIdentity): "alive" | "dead" | "unknown" {
  if (identity.host !== host()) return "unknown";
  if (identity.bootId !== bootId()) return "dead";
  if (identity.pidNamespace !== pidNamespace()) return "unknown";
  return runningSince(identity.pid) === identity.startTime ? "alive" : "dead";
}

/** Whether exactly this process still runs; false when that cannot be known. */
export function isAlive(identity: ProcessIdentity): boolean {
  return liveness(identity) === "alive";
}

/** Start time of a process; `undefined` when it is gone or only waits to be reaped. */
function runningSince(pid: number): number | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  // The second field is the command in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  return state === "Z" || state === "X" ? undefined : Number(fields[22 - 3]);
}

function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

function host(): string {
  const machine = readText("/etc/machine-id")?.trim();
  return machine ? `${hostname()}/${createHash("sha256").update(`imagefleet ${machine}`).digest("hex").slice(0, 12)}` : hostname();
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
