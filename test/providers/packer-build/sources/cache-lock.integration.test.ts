import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "#providers/packer-build/sources/cache-lock";
import { processIdentity } from "#store/process-identity";

const signal = new AbortController().signal;
let dir: string;
let lock: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-lock-"));
  lock = join(dir, "a.lock");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Identity of a process that has ended. */
async function deadIdentity(): Promise<object> {
  const child = spawn("sleep", ["60"]);
  const identity = processIdentity(child.pid);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("exit", resolve));
  return identity!;
}

test("one holder at a time, and nothing is left behind", async () => {
  let inside = 0;
  let most = 0;
  await Promise.all(Array.from({ length: 5 }, () => withLock(lock, { signal }, async () => {
    most = Math.max(most, ++inside);
    await pause(5);
    inside--;
  })));
  expect(most).toBe(1);
  expect(await readdir(dir)).toEqual([]);
});

test("a dead holder's lock is taken at once, by one of all that want it", async () => {
  await writeFile(lock, JSON.stringify({ ...(await deadIdentity()), token: "t" }));
  let inside = 0;
  let most = 0;
  await Promise.all(Array.from({ length: 8 }, () => withLock(lock, { signal }, async () => {
    most = Math.max(most, ++inside);
    await pause(5);
    inside--;
  })));
  expect(most).toBe(1);
  expect(await readdir(dir)).toEqual([]);
});

test("a lock that a crash of the machine left empty is taken", async () => {
  await writeFile(lock, "");
  expect(await withLock(lock, { signal }, async () => "done")).toBe("done");
});

test.each(["alive", "on another host"])("the lock of a holder that is %s is waited for, until cancelled", async (holder) => {
  const identity = { ...processIdentity()!, ...(holder === "alive" ? {} : { host: "elsewhere/1", pid: 1 }) };
  await writeFile(lock, JSON.stringify({ ...identity, token: "t" }));
  const abort = new AbortController();
  const told: string[] = [];
  const waiting = withLock(lock, { signal: abort.signal, onWait: (who) => void told.push(who) }, async () => "never");
  setTimeout(() => abort.abort(), 500);
  await expect(waiting).rejects.toThrow();
  expect(told).toHaveLength(1);
  expect(await readdir(dir)).toEqual(["a.lock"]);
});

test("a failure inside frees the lock", async () => {
  await expect(withLock(lock, { signal }, async () => { throw new Error("inside"); })).rejects.toThrow("inside");
  expect(await readdir(dir)).toEqual([]);
});
