import { once } from "node:events";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inspect } from "#providers/inspection/inspect";
import { check } from "./evidence/samples.ts";
import { fakeGate, gateSet, id, makeInspection, type InspectionFixture } from "./fixture.ts";

let fixture: InspectionFixture;
beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  fixture = await makeInspection();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fixture.remove();
});

test("an inspection that is killed leaves only what the next run sweeps, which then passes", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "inspect-and-wait.ts"), fixture.root, fixture.cacheDir, fixture.dir], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) if (line === "waiting") break;
  child.kill("SIGKILL");
  await once(child, "exit");

  expect(await fixture.store.groups(id)).toEqual(["build"]);
  expect(await fixture.staging()).toHaveLength(1);
  expect(await fixture.store.sweep()).toHaveLength(1);
  await inspect(fixture.job([fakeGate("hygiene", [check("hygiene/keys")])]));
  expect(await fixture.store.groups(id)).toEqual(["build", `gates/${gateSet}`]);
  expect(await fixture.staging()).toEqual([]);
});
