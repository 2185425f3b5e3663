import { readdir, readFile } from "node:fs/promises";

/** SIGKILL to a process and all below it, whatever groups they are in. */
export async function killTree(pid: number): Promise<void> {
  const pids = [pid];
  for (const parent of pids) pids.push(...(await childrenOf(parent)));
  for (const one of pids) {
    try {
      process.kill(one, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
    }
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")));
  return lists.join(" ").split(/\s+/).filter(Boolean).map(Number);
}
