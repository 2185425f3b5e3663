import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { isAlive, liveness, processIdentity } from "#store/process-identity";

const self = processIdentity()!;

test("this process is alive, and identified by its start as well as its number", () => {
  expect(self).toMatchObject({ pid: process.pid, startTime: expect.any(Number) });
  expect(liveness(self)).toBe("alive");
  expect(liveness({ ...self, startTime: self.startTime - 1 })).toBe("dead");
});

test("a process that has ended, or waits to be reaped, is dead", async () => {
  const child = spawn("sleep", ["60"]);
  const identity = processIdentity(child.pid)!;
  expect(isAlive(identity)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(liveness(identity)).toBe("dead");
  expect(processIdentity(child.pid)).toBeUndefined();
});

test("a zombie is dead", async () => {
  const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  await expect.poll(() => processIdentity(Number(line.toString()))).toBeUndefined();
  parent.kill("SIGKILL");
  await once(parent, "exit");
});

test("a reboot proves death on the same host only; another host or container proves nothing", () => {
  expect(liveness({ ...self, bootId: "another" })).toBe("dead");
  expect(liveness({ ...self, bootId: "another", host: "another" })).toBe("unknown");
  expect(liveness({ ...self, pid: 1, startTime: -1, pidNamespace: "pid:[1]" })).toBe("unknown");
  expect(isAlive({ ...self, host: "another" })).toBe(false);
});
