import { readdir, readFile } from "node:fs/promises";

/** SIGKILL to a process and all below it, whatever groups they are in. */
export function killTree(pid: number): Promise<void> {
  return signalTree(pid, "SIGKILL");
}

/** @param signal With SIGSTOP, a process makes no more children once these are looked up. */
export async function signalTree(pid: number, signal: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> {
  const pids = [pid];
  for (const parent of pids) {
    if (signal === "SIGSTOP") send(parent, signal);
    pids.push(...(await childrenOf(parent)));
  }
  if (signal !== "SIGSTOP") for (const one of pids) send(one, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")));
  return lists.join(" ").split(/\s+/).filter(Boolean).map(Number);
}
