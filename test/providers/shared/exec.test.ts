import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listChildren, reapOrphans } from "#providers/shared/child-registry";
import { baseEnvironment, exec, redactor } from "#providers/shared/exec";
import { processIdentity } from "#store/process-identity";
import { waitFor as waitUpTo } from "../../integration/wait-for.ts";

let dir: string;
beforeEach(async () => { dir = await mkdtemp(join(tmpdir(), "imagefleet-exec-")); });
afterEach(() => rm(dir, { recursive: true, force: true }));

const env = baseEnvironment();
const registry = () => ({ workDir: dir, purpose: "a test" });

/** Milliseconds that anything awaited here may take. */
const patience = 10_000;
const waitFor = <T>(look: () => Promise<T | undefined>) => waitUpTo(look, patience);

describe("exec", () => {
  test("gives the child no environment but the given one", async () => {
    process.env["IMAGEFLEET_TEST_LEAK"] = "leaked";
    const result = await exec("env", [], { env: { PATH: process.env["PATH"], ONE: "1" } });
    delete process.env["IMAGEFLEET_TEST_LEAK"];
    expect(result.ok).toBe(true);
    expect(result.stdout).toContain("ONE=1");
    expect(result.stdout).not.toContain("leaked");
  });

  test("keeps the last 20 lines and tells failure, time-out, cancel and absence apart", async () => {
    const failed = await exec("sh", ["-c", "seq 30; exit 3"], { env });
    expect(failed).toMatchObject({ ok: false, exitCode: 3, ended: undefined });
    expect(failed.tail).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 11)));
    expect(await exec("sleep", ["60"], { env, timeoutMs: 100 })).toMatchObject({ ok: false, ended: "timed out" });
    expect(await exec("no-such-program", [], { env })).toMatchObject({ ok: false, ended: "not found" });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    expect(await exec("sleep", ["60"], { env, signal: abort.signal })).toMatchObject({ ok: false, ended: "cancelled" });
  });

  test("stops the whole tree, also what ignores SIGINT and left the session", async () => {
    const file = join(dir, "pid");
    const script = `trap '' INT; setsid sh -c 'trap "" INT; echo $$ > ${file}; sleep 600' & sleep 600`;
    const running = exec("sh", ["-c", script], { env, timeoutMs: 500, graceMs: 300 });
    const pid = Number(await waitFor(() => readFile(file, "utf8").then((text) => text.trim() || undefined, () => undefined)));
    expect(await running).toMatchObject({ ended: "timed out" });
    await waitFor(async () => (processIdentity(pid) ? undefined : true));
  });

  test("ends at once when the child is killed from outside, although what it started holds its pipes", async () => {
    const started = Date.now();
    expect(await exec("sh", ["-c", "setsid sleep 300 & kill -9 $$"], { env: baseEnvironment() })).toMatchObject({ ok: false, ended: "killed" });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test("redacts secrets from every line, the longer of two overlapping ones first", async () => {
    const lines: string[] = [];
    const result = await exec("sh", ["-c", "echo pass=hunter2hunter2 hunter2; echo hunter2 >&2"], { env, redact: ["hunter2", "hunter2hunter2"], onLine: (line) => lines.push(line) });
    expect([...lines, result.stdout, ...result.tail].join(" ")).not.toContain("hunter2");
    expect(redactor(["a", "aa"])("aaa")).toBe("<secret><secret>");
    expect(redactor(["-----BEGIN KEY-----\nc2VjcmV0\n}\n"])("log: c2VjcmV0 }")).toBe("log: <secret> }");
  });

  test("writes the child down while it runs and forgets it afterwards", async () => {
    const running = exec("sleep", ["1"], { env, registry: registry() });
    const [record] = await waitFor(async () => { const all = await listChildren(dir); return all.length > 0 ? all : undefined; });
    expect(record).toMatchObject({ purpose: "a test", owner: { pid: process.pid } });
    await running;
    expect(await listChildren(dir)).toEqual([]);
  });
});

describe("orphans", () => {
  /** A process of its own that runs a child through exec and can be killed. */
  function owner(command: string) {
    const program = `import { exec } from "#providers/shared/exec"; await exec("sh", ["-c", ${JSON.stringify(command)}], { env: process.env, registry: { workDir: ${JSON.stringify(dir)}, purpose: "orphan" } });`;
    return spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: process.cwd(), stdio: "ignore" });
  }

  test("of a killed owner are stopped by the next run; those of a living one are not", async () => {
    const file = join(dir, "pid");
    const parent = owner(`echo $$ > ${file}; sleep 600 & sleep 600`);
    const pid = Number(await waitFor(() => readFile(file, "utf8").then((text) => text.trim() || undefined, () => undefined)));
    await waitFor(async () => ((await listChildren(dir)).length > 0 ? true : undefined));
    expect(await reapOrphans(dir)).toEqual([]);
    expect(processIdentity(pid)).toBeDefined();
    parent.kill("SIGKILL");
    await once(parent, "exit");
    expect(await reapOrphans(dir)).toHaveLength(1);
    await waitFor(async () => (processIdentity(pid) ? undefined : true));
    expect(await listChildren(dir)).toEqual([]);
  });

  test("an innocent process with the recorded number is left alone", async () => {
    const bystander = spawn("sleep", ["600"], { stdio: "ignore" });
    const identity = processIdentity(bystander.pid!)!;
    const { recordChild } = await import("#providers/shared/child-registry");
    const dead = { ...identity, pid: 4_000_000 };
    await recordChild(dir, { owner: dead, child: identity, token: "not-its-token", purpose: "stale" });
    expect(await reapOrphans(dir)).toEqual([]);
    expect(processIdentity(bystander.pid!)).toBeDefined();
    bystander.kill("SIGKILL");
  });
});
