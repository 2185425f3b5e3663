import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";
import { diskOf, Fixture } from "./fixture.ts";

const blocks = 200;
const seeds = Array.from({ length: blocks }, (_, index) => index + 1);

let fixture: Fixture;

beforeAll(async () => {
  fixture = await Fixture.start();
});
afterAll(() => fixture?.stop());
afterEach(() => {
  fixture.aws.heal();
  vi.restoreAllMocks();
});

function run(inputs: SnapshotInputs) {
  return execa(process.execPath, [join(import.meta.dirname, "upload-child.ts"), JSON.stringify(inputs)], { reject: false, timeout: 60_000 });
}

/** Kills the run at a request, before or after the service has done what it was asked. */
async function killedAt(inputs: SnapshotInputs, action: string, when: "before" | "after", skip = 0): Promise<void> {
  const child = run(inputs);
  fixture.aws.hook({ action, skip }, when, async () => {
    child.kill("SIGKILL");
    await child;
  });
  expect((await child).signal).toBe("SIGKILL");
  fixture.aws.heal();
  fixture.aws.forget();
}

async function endsWell(inputs: SnapshotInputs, disk: Buffer): Promise<void> {
  const { stdout, exitCode, stderr } = await run(inputs);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const id = stdout.trim().split("\n").at(-1)!;
  const left = fixture.aws.admin.snapshots().filter((one) => one.description.startsWith(`imagefleet: ${inputs.image}@${inputs.version} `));
  expect(left.map((one) => one.id)).toEqual([id]);
  expect(fixture.aws.admin.content(id).equals(disk)).toBe(true);
}

test("killed at 90 %, the next run sends at most 12 % again", async () => {
  fixture.aws.latency(20);
  const inputs = await fixture.release({ image: "big", version: "2026.1101.1" }, diskOf(seeds));
  await killedAt(inputs, "PutSnapshotBlock", "after", Math.floor(blocks * 0.9));
  await endsWell(inputs, diskOf(seeds));
  const again = fixture.aws.calls({ action: "PutSnapshotBlock" }).length;
  console.log(`sent after the kill: ${again} of ${blocks} blocks`);
  expect(again).toBeLessThanOrEqual(blocks * (0.1 + 0.12));
  fixture.aws.latency(0);
});

test.each([
  ["StartSnapshot", "before"], ["StartSnapshot", "after"], ["PutSnapshotBlock", "before"], ["PutSnapshotBlock", "after"], ["CompleteSnapshot", "before"], ["CompleteSnapshot", "after"],
  ["ListSnapshotBlocks", "before"], ["GetSnapshotBlock", "after"],
] as const)("killed at %s, %s it was done, the next run makes one whole snapshot", async (action, when) => {
  const disk = diskOf(seeds.slice(0, 9));
  const inputs = await fixture.release({ image: `at-${action.toLowerCase()}`, version: when === "before" ? "2026.1101.1" : "2026.1101.2" }, disk);
  await killedAt(inputs, action, when);
  await endsWell(inputs, disk);
});
