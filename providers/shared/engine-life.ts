import { readFileSync } from "node:fs";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";

/** Milliseconds between two looks whether the engine still lives. */
const interval = 1_000;

/**
 * Calls back once when the engine that this process works for is dead: its end kills nobody but itself, and what it leaves waits for
 * its answers for ever, with ever more memory.
 */
export function whenEngineDies(then: () => void): void {
  const above = ancestors();
  const timer = setInterval(() => {
    if (above.every((ancestor) => liveness(ancestor) !== "dead")) return;
    clearInterval(timer);
    then();
  }, interval);
  timer.unref();
}

/** This process's parents up to the engine; without the engine among them, the nearest one. */
function ancestors(): ProcessIdentity[] {
  const found: ProcessIdentity[] = [];
  for (let pid = process.ppid; pid > 1 && found.length < 6; pid = parentOf(pid)) {
    const identity = processIdentity(pid);
    if (!identity) break;
    found.push(identity);
    if (commandOf(pid) === "pulumi") return found;
  }
  return found.slice(0, 1);
}

function parentOf(pid: number): number {
  const stat = readStat(pid);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}

function commandOf(pid: number): string {
  const stat = readStat(pid);
  return stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}
