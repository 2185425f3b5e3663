import { readFile, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { Progress } from "#providers/shared/progress";
import { workDir } from "#providers/shared/project";
import { withLock } from "../setup/lock.ts";

/**
 * Runs what changes a stack, with all that comes before it, while no other command of this project does. Another one waits until it has
 * ended, and says for whom; one that is killed frees its turn at once. Runs from elsewhere are kept apart by the engine's own lock.
 */
export async function inTurn<T>(stack: string, work: () => Promise<T>): Promise<T> {
  const file = join(workDir(), "turns", `${stack}.txt`);
  const waiting = new Progress(`${stack}/turn`);
  const wait = async () => waiting.begin(waitsFor(stack, await readFile(file, "utf8").catch(() => "") || "another run"));
  try {
    return await withLock(file, () => void wait(), async () => {
      waiting.stop();
      await writeFile(file, `process ${process.pid} of ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`);
      return work();
    });
  } finally {
    waiting.stop();
  }
}

export function waitsFor(stack: string, holder: string): string {
  return `waiting: the stack ${stack} is being changed by ${holder}; this run goes on when that has ended (Ctrl-C gives up)`;
}
