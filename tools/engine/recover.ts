import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { openStore } from "#store/open";
import { reapOrphans } from "#providers/shared/child-registry";
import { Progress } from "#providers/shared/progress";
import { workDir } from "#providers/shared/project";
import { fileBackend, pendingCreates, type FileBackend } from "./file-backend.ts";
import { waitsFor } from "./in-turn.ts";
import { mendBackend } from "./mend-backend.ts";
import { refuseUnknown, stackLocks } from "./stack-locks.ts";
import type { Stack } from "./stack.ts";

/**
 * Puts right what a killed run left: stops its Packer and guests, removes its staging, unlocks the stack if the process
 * that locked it is proven dead, and forgets creates that it had begun (each finds by itself what it finished). What another run
 * is changing is waited for. @throws FleetError where the stack is locked by somebody who cannot be asked.
 */
export async function recover(stack: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  const say = (line: string) => console.log(`[clean-up] ${line}`);
  for (const line of await reapOrphans(workDir())) say(line);
  if (!stack.store.includes("://")) for (const dir of await openStore(stack.store).sweep()) say(`removed ${dir}, left by a dead run`);
  const backend = fileBackend(env, stack.name);
  if (!backend) return;
  await unlocked(backend, stack.name, say);
  for (const line of await mendBackend(backend.stacks)) say(line);
  const begun = await pendingCreates(backend);
  if (begun.length === 0) return;
  say(`forgetting what an interrupted run had begun to create: ${named(begun)}; each finds by itself what was finished`);
  await clearPendingCreates(stack, env);
}

/** Returns when nobody holds the stack: locks of the dead are removed, those of the living waited for. */
async function unlocked(backend: FileBackend, stack: string, say: (line: string) => void): Promise<void> {
  const waiting = new Progress(`${stack}/turn`);
  try {
    for (;;) {
      const locks = await stackLocks(backend);
      for (const lock of locks) refuseUnknown(stack, lock);
      for (const { file, holder } of locks.filter(({ state }) => state === "dead")) {
        await rm(file, { force: true });
        say(`unlocked the stack ${stack}: ${holder}, is gone`);
      }
      const alive = locks.find(({ state }) => state === "alive");
      if (!alive) return;
      waiting.begin(waitsFor(stack, alive.holder));
      await sleep(1_000);
    }
  } finally {
    waiting.stop();
  }
}

/** The first ones, and how many more. */
export function named(all: readonly string[]): string {
  const shown = 3;
  return all.length <= shown ? all.join(", ") : `${all.slice(0, shown).join(", ")} and ${all.length - shown} more`;
}

async function clearPendingCreates(stack: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  const args = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", stack.name, "--config-file", stack.configFile];
  // Where another run holds the stack, the engine says so itself a moment later.
  await execa("pulumi", args, { env, extendEnv: false, stdio: "ignore", reject: false });
}
