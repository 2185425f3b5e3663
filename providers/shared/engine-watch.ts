import { readFileSync } from "node:fs";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";
import { cancelAll, running } from "#providers/shared/exec";

/** Milliseconds between two looks whether the engine still lives. */
const interval = 1_000;

let controller: AbortController | undefined;

/**
 * Watches, from the first build on, for the two ways in which a run ends early: an interrupt, and the death of the engine
 * (which kills nobody but itself). Both stop Packer and its guest; after the engine's death this process ends too.
 */
export function stopBuildsWithEngine(): AbortSignal {
  if (controller) return controller.signal;
  const abort = (controller = new AbortController());
  const stop = (): void => {
    abort.abort();
    cancelAll();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  const above = ancestors();
  const timer = setInterval(() => {
    if (above.every((ancestor) => liveness(ancestor) !== "dead")) return;
    stop();
    if (running() === 0) {
      clearInterval(timer);
      // A moment for the builds' own clean-up of their staging directories.
      setTimeout(() => process.exit(1), interval);
    }
  }, interval);
  timer.unref();
  return abort.signal;
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
