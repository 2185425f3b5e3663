import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCommand } from "../../../tools/setup/find-command.ts";
import { refuseUnknown, stackLocks } from "../../../tools/engine/stack-locks.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-locks-"));
});
afterAll(() => rm(dir, { recursive: true }));

const now = () => new Date().toISOString();
const long = "2020-01-01T00:00:00Z";

async function judged(content: object | string): Promise<string | undefined> {
  await writeFile(join(dir, "lock.json"), typeof content === "string" ? content : JSON.stringify({ username: "ci", hostname: hostname(), timestamp: now(), ...content }));
  return (await stackLocks({ locks: dir, stacks: "", state: "" }))[0]?.state;
}

async function running(program: string, work: (pid: number) => Promise<void>): Promise<void> {
  const child = spawn(program, ["60"], { stdio: "ignore" });
  try {
    await work(child.pid!);
  } finally {
    child.kill("SIGKILL");
  }
}

test("a process that runs holds its lock; one that is gone, or whose number belongs to another program since, does not", async () => {
  await running("sleep", async (pid) => {
    expect(await judged({ pid })).toBe("alive");
    expect(await judged({ pid, timestamp: long })).toBe("dead");
  });
  const gone = spawn("true");
  await new Promise((resolve) => gone.on("exit", resolve));
  expect(await judged({ pid: gone.pid })).toBe("dead");
});

test("whatever clocks say, the lock of an engine's number is not broken while an engine has it", async () => {
  await mkdir(join(dir, "bin"));
  const engine = join(dir, "bin/pulumi");
  await copyFile(findCommand("sleep", process.env["PATH"])!, engine);
  await running(engine, async (pid) => {
    await expect.poll(() => judged({ pid, timestamp: long })).toBe("alive");
  });
});

test("what cannot be known is refused, with whose lock it is and how it is removed", async () => {
  expect(await judged({ pid: 1, hostname: "another-builder" })).toBe("unknown");
  const [lock] = await stackLocks({ locks: dir, stacks: "", state: "" });
  expect(() => refuseUnknown("prod", lock!)).toThrow(/process 1 of ci@another-builder, since .*rm '.*lock.json'/s);
  for (const half of ["", '{"pid": 1', "{}", "null"]) expect(await judged(half), half).toBe("unknown");
});
