import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { withLock } from "../../../tools/setup/lock.ts";

const lockModule = new URL("../../../tools/setup/lock.ts", import.meta.url).href;

function lockFile(): string {
  const dir = mkdtempSync(join(tmpdir(), "imagefleet-lock-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, "lock");
}

test("two pieces of work under one lock never overlap, and the second is told that it waits", async () => {
  const file = lockFile();
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await sleep(600);
    events.push(`${name} ends`);
  };
  const first = withLock(file, () => undefined, work("first"));
  await sleep(150);
  await Promise.all([first, withLock(file, () => events.push("waits"), work("second"))]);
  expect(events).toEqual(["first begins", "waits", "first ends", "second begins", "second ends"]);
});

test("work that fails frees the lock", async () => {
  const file = lockFile();
  await expect(withLock(file, () => undefined, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await withLock(file, () => undefined, () => Promise.resolve("mine"))).toBe("mine");
});

test("a holder that is killed frees the lock at once", async () => {
  const file = lockFile();
  const program = `import { withLock } from ${JSON.stringify(lockModule)};
    await withLock(${JSON.stringify(file)}, () => undefined, () => { console.log("held"); return new Promise((r) => setTimeout(r, 60000)); });`;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  holder.kill("SIGKILL");
  const started = performance.now();
  await withLock(file, () => undefined, () => Promise.resolve());
  expect(performance.now() - started).toBeLessThan(5000);
});
