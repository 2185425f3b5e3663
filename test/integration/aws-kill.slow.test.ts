import { cp } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forget, recordAftermaths, restore, type Aftermath } from "./aws-crash.ts";
import { AwsFleet, target } from "./aws-fleet.ts";
import { killTree } from "./kill-tree.ts";

/** A release takes the place of another on AWS, and the run is killed: at each of its requests, one after the other. */
const copies = ["eu-west-1"];
const [former, next] = [{ image: "tiny", version: "2026.1101.1" }, { image: "tiny", version: "2026.1101.2" }];
/** Where a run is killed for good, too, to show that this leaves no other things. */
const really = [{ action: "RegisterImage" }, { action: "CopyImage" }, { action: "CreateTags", account: target }, { action: "DeregisterImage" }];

/** Two, to work side by side: either can take the place of the other. */
let fleets: readonly [AwsFleet, AwsFleet];
beforeAll(async () => {
  const first = await AwsFleet.create(copies);
  fleets = [first, await AwsFleet.create(copies, first)];
  await first.configure({ retain: 0 });
  await first.store(former);
  await first.up();
  await first.store(next);
});
afterAll(() => Promise.all(fleets?.map((fleet) => fleet.remove()) ?? []));

test("whichever request a run is killed at, the next run ends it: one AMI and one snapshot in each region, tagged alike", async () => {
  const { aftermaths, requests, exitCode, text } = await recordAftermaths(fleets[0]);
  expect(exitCode, text).toBe(0);
  console.log(`${requests} requests, at which a kill leaves one of ${aftermaths.length} things`);
  expect(requests).toBeGreaterThan(60);
  expect(aftermaths.flatMap(({ points }) => points)).toHaveLength(requests);
  for (const path of [".imagefleet", "Pulumi.test.yaml"]) await cp(fleets[0].project.path(path), fleets[1].project.path(path), { recursive: true });
  const untouched = aftermaths[0]!;
  await sideBySide([
    ...really.map((match) => (fleet: AwsFleet) => endsAfterKill(fleet, untouched, match)),
    ...aftermaths.map((aftermath) => (fleet: AwsFleet) => endsAfter(fleet, aftermath)),
  ]);
  for (const fleet of fleets) await fleet.requireSettled();
  await forget(aftermaths);
}, 1_800_000);

async function endsAfter(fleet: AwsFleet, aftermath: Aftermath): Promise<void> {
  await restore(fleet, aftermath);
  await requireConverged(fleet, aftermath.points.join(", "));
}

async function endsAfterKill(fleet: AwsFleet, untouched: Aftermath, match: (typeof really)[number]): Promise<void> {
  await restore(fleet, untouched);
  const run = fleet.project.run("up");
  const hook = fleet.aws.hook({ ...match, where: ({ params }) => params["DryRun"] !== "true" }, "after", () => killTree(run.pid!));
  const { exitCode, all } = await run;
  expect([exitCode !== 0, hook.hits], String(all)).toEqual([true, 1]);
  fleet.aws.heal();
  await requireConverged(fleet, `${match.action}, for good`);
}

async function requireConverged(fleet: AwsFleet, point: string): Promise<void> {
  const since = Date.now();
  const { exitCode, text } = await fleet.project.up();
  expect(exitCode, `after a kill at ${point}:\n${text}`).toBe(0);
  fleet.requireNoOrphans();
  await fleet.requireTags(next, true);
  console.log(`killed at ${point}: ended in ${Math.round((Date.now() - since) / 1000)} s`);
}

/** Each fleet takes what is next. */
async function sideBySide(work: readonly ((fleet: AwsFleet) => Promise<void>)[]): Promise<void> {
  const left = [...work];
  await Promise.all(fleets.map(async (fleet) => {
    for (let one = left.shift(); one; one = left.shift()) await one(fleet);
  }));
}
