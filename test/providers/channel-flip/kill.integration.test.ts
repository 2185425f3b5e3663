import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { FlipOutputs } from "#providers/channel-flip/inputs";
import { look } from "#providers/channel-flip/look";
import { image, makeFleet, names, newer, older, type Fleet } from "./fixture.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await makeFleet();
  vi.spyOn(process, "cwd").mockReturnValue(fleet.dir);
  vi.spyOn(console, "log").mockReturnValue();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await fleet.remove();
});

/** @returns whether it came to its end. */
async function killed(before: FlipOutputs, killAfter: number): Promise<boolean> {
  const told = JSON.stringify({ dir: fleet.dir, inputs: fleet.inputs(newer), before, killAfter });
  const { signal, exitCode, stderr } = await execa(process.execPath, [join(import.meta.dirname, "flip-child.ts"), told], { cwd: fleet.dir, reject: false });
  if (exitCode !== 0 && signal !== "SIGKILL") throw new Error(stderr);
  // a dead holder's lock is waited for until it is stale: ten seconds that the test need not wait each time
  for (const name of names) await rm(join(fleet.dir, name, ".lock"), { recursive: true, force: true });
  return signal === "SIGKILL";
}

async function expectWhole(version: string): Promise<void> {
  expect(await fleet.pointed()).toEqual([version, version, version]);
  expect(await fleet.store.document(`channels/stable/${image}`)).toMatchObject({ version });
  expect(await look(fleet.config, fleet.store, fleet.inputs(version))).toBe("correct");
  for (const name of names) {
    const streams = await readFile(join(fleet.dir, name, "streams/v1/images.json"), "utf8");
    expect(JSON.stringify((JSON.parse(streams) as { products: Record<string, unknown> }).products[`local.imagefleet:${image}/stable:amd64`])).toContain(version);
  }
  expect(await readdir(join(fleet.dir, ".imagefleet/flips"))).toEqual([]);
}

test("a promotion that is killed after any of its changes is finished by the next run, or taken back where the release is given up", { timeout: 540_000 }, async () => {
  let kills = 0;
  for (let after = 1; ; after++) {
    await fleet.reset();
    const before = await fleet.flip(fleet.inputs(older));
    if (!(await killed(before, after))) break;
    kills++;
    if (after % 2 === 1) {
      await fleet.flip(fleet.inputs(newer), before);
      await expectWhole(newer);
    } else {
      await fleet.flip(fleet.inputs(older), before);
      await expectWhole(older);
    }
  }
  expect(kills).toBeGreaterThan(12);
});
