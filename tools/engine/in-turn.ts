import { readFile, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { liveness, processIdentity, type ProcessIdentity } from "#store/process-identity";
import { Progress } from "#providers/shared/progress";
import { workDir } from "#providers/shared/project";
import { withLock } from "../setup/lock.ts";

/** Who has the turn: what the file says whose lock it is. */
interface Holder {
  readonly identity: ProcessIdentity;
  readonly name: string;
}

/**
 * Runs what changes a stack, with all that comes before it, while no other command of this project does. Another one waits until it has
 * ended, and says for whom; one that is killed frees its turn at once. Runs from elsewhere are kept apart by the engine's own lock.
 */
export async function inTurn<T>(stack: string, work: () => Promise<T>): Promise<T> {
  const file = join(workDir(), "turns", `${stack}.json`);
  const waiting = new Progress(`${stack}/turn`);
  let look: NodeJS.Timeout | undefined;
  const arrived = () => {
    clearInterval(look);
    look = undefined;
    waiting.stop();
  };
  const wait = async () => {
    const name = await holderOf(file);
    if (look && name !== undefined) waiting.begin(waitsFor(stack, name));
  };
  try {
    return await withLock(file, () => (look = setInterval(() => void wait(), 1_000)), async () => {
      arrived();
      const name = `process ${process.pid} of ${userInfo().username}@${hostname()}, since ${new Date().toISOString()}`;
      await writeFile(file, JSON.stringify({ identity: processIdentity()!, name } satisfies Holder));
      return work();
    });
  } finally {
    arrived();
  }
}

/** Undefined where that is not written yet, or of a run that was killed. */
async function holderOf(file: string): Promise<string | undefined> {
  try {
    const { identity, name } = JSON.parse(await readFile(file, "utf8")) as Holder;
    return liveness(identity) === "dead" ? undefined : name;
  } catch {
    return undefined;
  }
}

export function waitsFor(stack: string, holder: string): string {
  return `waiting: the stack ${stack} is being changed by ${holder}; this run goes on when that has ended (Ctrl-C gives up)`;
}
