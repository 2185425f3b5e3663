import { readFileSync } from "node:fs";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";
import { cancelAll, running } from "#providers/shared/exec";

/** Milliseconds between two looks whether the engine still lives. */
const interval = 1_000;

let controller: AbortController | undefined;

/**
 * Watches, from the first build on, for the ways in which a run ends. SIGTERM, by which our tools pass on an interrupt, stops Packer
 * and its guest, and this process lives on to report it. SIGINT is the engine's word that it has done with us: it waits five seconds
 * for our end, and other plugins with it. The engine's death kills nobody but itself. Both stop everything and end this process.
 */
export function stopBuildsWithEngine(): AbortSignal {
  if (controller) return controller.signal;
  const abort = (controller = new AbortController());
  const stop = (): void => {
    abort.abort();
    cancelAll();
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", () => {
    stop();
    endWhenIdle();
  });
  const above = ancestors();
  const timer = setInterval(() => {
    if (above.every((ancestor) => liveness(ancestor) !== "dead")) return;
    clearInterval(timer);
    stop();
    endWhenIdle();
  }, interval);
  timer.unref();
  return abort.signal;
}

function endWhenIdle(): void {
  if (running() === 0) process.exit(1);
  const timer = setInterval(() => {
    if (running() > 0) return;
    clearInterval(timer);
    // A moment for the builds' own clean-up of their staging directories.
    setTimeout(() => process.exit(1), interval);
  }, interval / 10);
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
