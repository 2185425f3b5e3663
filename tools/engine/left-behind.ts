import { liveness } from "#store/process-identity";
import { listChildren, survivors } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";
import { fileBackend, pendingCreates } from "./file-backend.ts";
import { halfWritten } from "./mend-backend.ts";
import { named } from "./recover.ts";
import { stackLocks } from "./stack-locks.ts";
import type { Stack } from "./stack.ts";

const mends = "npm run up";

/** What a killed run left, or another one is doing, for a command that only looks: a line each. Nothing is put right. */
export async function leftBehind(stack: Pick<Stack, "name">, env: NodeJS.ProcessEnv): Promise<string[]> {
  const orphans = await orphaned();
  const backend = fileBackend(env, stack.name);
  if (!backend) return orphans;
  const locks = await stackLocks(backend);
  const busy = locks.filter(({ state }) => state !== "dead").map(({ holder }) => `the stack ${stack.name} is locked by ${holder}: what that run changes meanwhile is not shown`);
  const dead = locks.filter(({ state }) => state === "dead").map(({ holder }) => `the stack ${stack.name} is locked by ${holder}, which is gone: ${mends} unlocks it`);
  if (busy.length > 0) return [...orphans, ...dead, ...busy];
  const [half, begun] = await Promise.all([halfWritten(backend.stacks), pendingCreates(backend)]);
  return [
    ...orphans, ...dead, ...half.map((name) => `a killed run left ${name} half-written: ${mends} removes it`),
    ...(begun.length > 0 ? [`an interrupted run had begun to create ${named(begun)}: ${mends} finds what was finished, and goes on`] : []),
  ];
}

async function orphaned(): Promise<string[]> {
  const dead = (await listChildren(workDir())).filter(({ kept, owner }) => !kept && liveness(owner) === "dead");
  const left = await Promise.all(dead.map(async (child) => ({ ...child, pids: await survivors(child) })));
  return left.filter(({ pids }) => pids.length > 0).map(({ purpose, pids, owner }) => `${purpose}: ${pids.length} process(es) that the run of pid ${owner.pid} left still run: ${mends} stops them`);
}
