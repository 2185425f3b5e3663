import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AwsFleet, main } from "./aws-fleet.ts";

/** What goes wrong on AWS, with the real engine: each test ends with one AMI and one snapshot in each region. Each with a release of its own. */
const copies = ["eu-west-1", "us-east-1"];

let fleet: AwsFleet;
let serial = 0;
beforeAll(async () => {
  fleet = await AwsFleet.create(copies);
});
afterEach(() => fleet.aws.heal());
afterAll(() => fleet?.remove());

/** The next release takes the place of the former one, of which nothing stays. */
async function nextRelease(): Promise<{ image: string; version: string }> {
  const id = { image: "tiny", version: `2026.1101.${++serial}` };
  await fleet.configure({ retain: 0 });
  await fleet.store(id);
  fleet.aws.forget();
  return id;
}

test("a registration and a copy whose replies are lost: both are taken over, nothing is made twice", async () => {
  const id = await nextRelease();
  fleet.aws.fault({ action: "RegisterImage", times: 1, where: ({ params }) => params["DryRun"] !== "true" }, { kind: "lost-reply" });
  fleet.aws.fault({ action: "CopyImage", region: "us-east-1", times: 1, where: ({ params }) => params["DryRun"] !== "true" }, { kind: "lost-reply" });
  for (let run = 1; run <= 3 && (await fleet.project.up()).exitCode !== 0; run++) fleet.aws.heal();
  await fleet.up();
  fleet.requireNoOrphans();
  await fleet.requireTags(id, true);
  await fleet.requireSettled();
});

test("one region's copy fails: the others are whole, the run names it, and the next one makes it, and nothing else", async () => {
  const id = await nextRelease();
  fleet.aws.settings.failingCopies.set("us-east-1", 1);
  const text = await fleet.failingUp();
  expect(text).toContain("cloud/us-east-1/tiny");
  expect(fleet.amis(id)["eu-west-1"]).toMatchObject({ state: "available" });
  const before = fleet.amis(id)["eu-west-1"]!.id;
  fleet.aws.forget();
  for (let run = 1; run <= 2 && (await fleet.project.up()).exitCode !== 0; run++) fleet.aws.heal();
  expect(fleet.calls(/^(StartSnapshot|PutSnapshotBlock|RegisterImage)$/)).toEqual([]);
  expect(fleet.amis(id)["eu-west-1"]!.id).toBe(before);
  await fleet.up();
  fleet.requireNoOrphans();
  await fleet.requireTags(id, true);
});

test("permissions that lack are told at once, before anything is made", async () => {
  await nextRelease();
  fleet.aws.deny("ec2:CopyImage");
  fleet.aws.deny("ec2:ModifyImageAttribute");
  const text = await fleet.failingUp();
  expect(text).toMatch(/lack permissions that publishing takes: ec2:CopyImage in eu-west-1, ec2:CopyImage in us-east-1, ec2:ModifyImageAttribute in eu-central-1/);
  expect(fleet.calls(/^(StartSnapshot|RegisterImage|CopyImage)$/)).toEqual([]);
  fleet.aws.heal();
  await fleet.up();
  fleet.requireNoOrphans();
});

test("throttling, broken connections and an AMI that shows and is gone again: one run is enough", async () => {
  const id = await nextRelease();
  fleet.aws.fault({ action: /^(DescribeImages|CreateTags|RegisterImage|PutSnapshotBlock)$/, times: 12 }, { kind: "throttle" });
  fleet.aws.fault({ action: "DescribeImages", region: main, skip: 8, times: 3 }, { kind: "absent" });
  fleet.aws.fault({ action: "DescribeSnapshots", times: 2 }, { kind: "drop-at-half" });
  await fleet.up();
  fleet.requireNoOrphans();
  await fleet.requireTags(id, true);
});
