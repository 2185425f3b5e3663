import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { credentialOf } from "../servers/aws/request.ts";
import { AwsFleet, main, target } from "./aws-fleet.ts";
import { configurationFault, linesOf, messageOf, transcript } from "./transcript.ts";

/** What goes wrong on AWS, with the real engine: each test ends with one AMI and one snapshot in each region. Each with a release of its own. */
const copies = ["eu-west-1", "us-east-1"];

let fleet: AwsFleet;
let serial = 0;
beforeAll(async () => {
  fleet = await AwsFleet.create(copies);
});
afterEach(() => {
  fleet.aws.heal();
  delete fleet.project.env["STAND_IN_LONGEST_WAIT"];
});
afterAll(() => fleet?.remove());

/** The next release takes the place of the former one, of which nothing stays. */
async function nextRelease(site: Record<string, unknown> = {}): Promise<{ image: string; version: string }> {
  const id = { image: "tiny", version: `2026.1101.${++serial}` };
  await fleet.configure({ retain: 0 }, site);
  await fleet.store(id);
  fleet.aws.forget();
  return id;
}

/** Whichever of the tests were run before. */
function quoted(message: string, { version }: { readonly version: string }): string {
  return message.replaceAll(version, "2026.1101.1");
}

/** No dry run. */
function isMeant({ params }: { readonly params: Readonly<Record<string, unknown>> }): boolean {
  return params["DryRun"] !== "true";
}

test("a registration and a copy whose replies are lost: both are taken over, nothing is made twice", async () => {
  const id = await nextRelease();
  fleet.aws.fault({ action: "RegisterImage", where: isMeant }, { kind: "lost-reply" });
  fleet.aws.fault({ action: "CopyImage", region: "us-east-1", where: isMeant }, { kind: "lost-reply" });
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

test("a copy that is pending for longer than it may is waited for by the next run, and not made again", async () => {
  const id = await nextRelease();
  fleet.aws.settings.copyMsIn.set("us-east-1", 60 * 60_000);
  fleet.project.env["STAND_IN_LONGEST_WAIT"] = "3";
  await transcript("aws-copy-late", quoted(messageOf(await fleet.failingUp(), /timeout while waiting/), id));
  fleet.aws.settings.copyMsIn.clear();
  delete fleet.project.env["STAND_IN_LONGEST_WAIT"];
  const before = fleet.amis(id)["us-east-1"]!;
  expect(before.state).toBe("pending");
  fleet.aws.forget();
  fleet.aws.hook({ action: "DescribeImages", region: "us-east-1", skip: 5 }, "before", () => void (before.settleAt = Date.now()));
  await fleet.up();
  expect(fleet.calls(/^(StartSnapshot|RegisterImage|CopyImage)$/)).toEqual([]);
  expect(fleet.amis(id)["us-east-1"]!.id).toBe(before.id);
  fleet.requireNoOrphans();
  await fleet.requireTags(id, true);
  await fleet.requireSettled();
});

test("a session that ends in the middle of an upload is followed by a new one, and the upload goes on", async () => {
  const id = await nextRelease({ assumeRole: fleet.aws.role(fleet.aws.account, "images") });
  fleet.aws.hook({ action: "PutSnapshotBlock" }, "before", ({ headers }) => fleet.aws.admin.expireSessions(credentialOf(headers)!.accessKey));
  await fleet.up();
  expect(fleet.aws.calls({ action: "PutSnapshotBlock" }).map(({ status, code }) => code ?? status)).toEqual(["ExpiredTokenException", 201]);
  expect(fleet.calls(/^StartSnapshot$/)).toHaveLength(1);
  fleet.requireNoOrphans();
  await fleet.requireTags(id, true);
});

test("what is denied in the middle is named with its permission, whoever asks, and not asked twice", async () => {
  const id = await nextRelease();
  const denial = { kind: "refuse", code: "UnauthorizedOperation", status: 403, message: "You are not authorized to perform this operation." } as const;
  const put = fleet.aws.fault({ action: "PutSnapshotBlock", times: 99 }, { ...denial, code: "AccessDeniedException" });
  await transcript("aws-denied", quoted(messageOf(await fleet.failingUp(), /error: .*ebs:PutSnapshotBlock/), id));
  const register = fleet.aws.fault({ action: "RegisterImage", times: 99, where: isMeant }, denial);
  put.remove();
  expect(await fleet.failingUp()).toMatch(/RegisterImage.*UnauthorizedOperation/);
  const tags = fleet.aws.fault({ action: "CreateTags", account: target, times: 99 }, denial);
  register.remove();
  expect(await fleet.failingUp()).toMatch(/ec2:CreateTags failed: UnauthorizedOperation[\s\S]*allow ec2:CreateTags to arn:aws:iam::222222222222:role\/imagefleet/);
  tags.remove();
  expect([put.hits, register.hits, tags.hits]).toEqual([1, 1, 1]);
  await fleet.up();
  fleet.requireNoOrphans();
  await fleet.requireTags(id, true);
});

test("permissions that lack are told at once, before anything is made", async () => {
  await nextRelease();
  for (const action of ["ebs:PutSnapshotBlock", "ec2:CopyImage", "ec2:ModifyImageAttribute"]) fleet.aws.deny(action);
  const text = await fleet.failingUp();
  expect(text).toMatch(/lack permissions that publishing takes: ebs:PutSnapshotBlock in eu-central-1, ec2:CopyImage in eu-west-1, ec2:CopyImage in us-east-1, ec2:ModifyImageAttribute in eu-central-1/);
  await transcript("aws-missing-permissions", configurationFault(text));
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

test("an upload that AWS slows down for too long ends with what to do, and the next run goes on with it", async () => {
  const id = await nextRelease();
  const fault = fleet.aws.fault({ action: "PutSnapshotBlock", times: 99 }, { kind: "throttle" });
  await transcript("aws-throttled", quoted(messageOf(await fleet.failingUp(), /error: .*RequestThrottledException/), id));
  fault.remove();
  fleet.aws.forget();
  await fleet.up();
  expect(fleet.calls(/^StartSnapshot$/)).toEqual([]);
  fleet.requireNoOrphans();
});

test("sites whose credentials are none, or of another account, are left out and named, and the others are seen to", async () => {
  const id = await nextRelease();
  await fleet.configure({ retain: 0 }, {}, {
    "without-credentials": { kind: "aws", region: main, profile: "nobody" },
    "wrong-account": { kind: "aws", region: "eu-north-1", account: "444444444444" },
  });
  const text = await fleet.failingUp();
  await transcript("aws-unreachable", linesOf(text, /^unreachable, left out/));
  await fleet.requireTags(id, true);
  fleet.requireNoOrphans();
});
