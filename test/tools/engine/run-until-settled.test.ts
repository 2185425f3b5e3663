import { randomUUID } from "node:crypto";
import { access, chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { askForAnotherRun } from "#providers/shared/run-again";
import { workDir } from "#providers/shared/project";
import { runUntilSettled, type Settled } from "../../../tools/engine/run-until-settled.ts";

beforeEach(() => {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  return () => said.mockRestore();
});

/** A stand-in of the engine: it notes how it is called, and does what `script` says in its n-th run ($n), $log being its event log. */
async function engine(script: string, { asked = true } = {}): Promise<{ run(args?: string[]): Promise<Settled>; calls(): Promise<string[]> }> {
  const dir = await mkdtemp(join(tmpdir(), "imagefleet-engine-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const run = randomUUID();
  onTestFinished(() => rm(join(workDir(), `again-${run}`), { force: true }));
  const calls = join(dir, "calls");
  await writeFile(calls, "");
  await writeFile(join(dir, "pulumi"), `#!/bin/sh
echo "$* force=$IMAGEFLEET_FORCE" >>"${calls}"
n=$(wc -l <"${calls}")
for last in "$@"; do log=$last; done
${script}`);
  await chmod(join(dir, "pulumi"), 0o755);
  vi.stubEnv("IMAGEFLEET_RUN", run);
  if (asked) await askForAnotherRun("to try again");
  const env = { PATH: `${dir}:${process.env["PATH"] ?? ""}`, IMAGEFLEET_FORCE: "web", AGAIN: join(workDir(), `again-${run}`) };
  return {
    run: (args = ["up"]) => runUntilSettled(args, env, { run, logs: dir }),
    calls: async () => (await readFile(calls, "utf8")).trimEnd().split("\n").map((line) => line.replace(/ --event-log \S+/, "")),
  };
}

const event = (op: string, name: string) => `'{"resOutputsEvent":{"metadata":{"op":"${op}","type":"t","urn":"urn:pulumi:s::p::t::${name}"}}}'`;

test("a provider that asks for it gets one more run, which refreshes and forces nothing", async () => {
  const { run, calls } = await engine(`if [ $n = 1 ]; then echo ${event("create", "a")} >"$log"; exit 1; fi; printf '%s\\n' ${event("same", "a")} ${event("create", "b")} >"$log"`);
  const { code, events } = await run();
  expect(code).toBe(0);
  expect(await calls()).toEqual(["up force=web", "up --refresh force="]);
  expect(events.map(({ name, op }) => [name, op])).toEqual([["a", "create"], ["b", "create"]]);
});

test("it asks again in vain: there is no third run, and the request is gone", async () => {
  const { run, calls } = await engine(`echo "to try again" >"$AGAIN"; exit 255`);
  expect((await run()).code).toBe(255);
  expect(await calls()).toHaveLength(2);
  await expect(access(join(workDir(), `again-${process.env["IMAGEFLEET_RUN"]!}`))).rejects.toThrow("ENOENT");
});

test("a run that was not asked for, or only shows, is not repeated; one that succeeds is, where it was", async () => {
  const good = await engine("exit 0", { asked: false });
  await good.run();
  expect(await good.calls()).toHaveLength(1);
  const asked = await engine("exit 0");
  await asked.run();
  expect(await asked.calls()).toHaveLength(2);
  const preview = await engine("exit 1");
  await preview.run(["preview"]);
  expect(await preview.calls()).toHaveLength(1);
});
