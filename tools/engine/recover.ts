import { readdir, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { openStore } from "#store/open";
import { processIdentity } from "#store/process-identity";
import { reapOrphans } from "#providers/shared/child-registry";
import { workDir } from "#providers/shared/project";
import { mendBackend } from "./mend-backend.ts";
import type { Stack } from "./stack.ts";

/**
 * Puts right what a killed run left: stops its Packer and guests, removes its staging, unlocks the stack if the process
 * that locked it is proven dead, and forgets creates that it had begun (each finds by itself what it finished).
 */
export async function recover(stack: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  for (const line of await reapOrphans(workDir())) console.log(`[clean-up] ${line}`);
  if (!stack.store.includes("://")) for (const dir of await openStore(stack.store).sweep()) console.log(`[clean-up] removed ${dir}, left by a dead run`);
  const backend = env["PULUMI_BACKEND_URL"] ?? "";
  if (!backend.startsWith("file://")) return;
  const dir = join(fileURLToPath(backend), ".pulumi");
  for (const line of [...(await mendBackend(dir)), ...(await unlock(dir, stack.name))]) console.log(`[clean-up] ${line}`);
  if (await hasPendingCreates(dir, stack.name)) await clearPendingCreates(stack, env);
}

interface Lock {
  readonly pid: number;
  readonly hostname: string;
  readonly timestamp: string;
}

/** Removes locks of this stack whose process on this host is gone, or whose number belongs to a later process. */
async function unlock(backend: string, stack: string): Promise<string[]> {
  const dir = join(backend, "locks", "organization", "imagefleet", stack);
  const removed: string[] = [];
  for (const name of await readdir(dir).catch(() => [])) {
    const file = join(dir, name);
    const lock = await readFile(file, "utf8").then((text) => JSON.parse(text) as Lock, () => undefined);
    if (!lock || lock.hostname !== hostname() || (await ranAt(lock))) continue;
    await rm(file, { force: true });
    removed.push(`unlocked the stack ${stack}: process ${lock.pid}, which locked it at ${lock.timestamp}, is gone`);
  }
  return removed;
}

/** Whether the process that wrote a lock may still run: one with its number that is older than the lock. */
async function ranAt({ pid, timestamp }: Lock): Promise<boolean> {
  if (!processIdentity(pid)) return false;
  const started = await stat(`/proc/${pid}`).catch(() => undefined);
  return started !== undefined && started.ctimeMs <= Date.parse(timestamp);
}

async function hasPendingCreates(backend: string, stack: string): Promise<boolean> {
  const text = await readFile(join(backend, "stacks", "imagefleet", `${stack}.json`), "utf8").catch(() => "");
  return /"pending_operations":\s*\[\s*\{/.test(text);
}

async function clearPendingCreates(stack: Stack, env: NodeJS.ProcessEnv): Promise<void> {
  console.log("[clean-up] forgetting creates that an interrupted run had begun");
  const args = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", stack.name, "--config-file", stack.configFile];
  // Where another run holds the stack, the engine says so itself a moment later.
  await execa("pulumi", args, { env, extendEnv: false, stdio: "ignore", reject: false });
}
