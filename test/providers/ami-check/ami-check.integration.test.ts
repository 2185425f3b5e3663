import { DisableImageCommand, EC2Client } from "@aws-sdk/client-ec2";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import type { AwsSite } from "#model/config/sites/aws";
import { expectedTags } from "#providers/ami-check/compare";
import type { AmiCheckInputs } from "#providers/ami-check/inputs";
import { inspectAmi } from "#providers/ami-check/inspect-ami";
import { forgetListings } from "#providers/ami-check/listing";
import { settleAmi } from "#providers/ami-check/settle-ami";
import { forgetAwsClients } from "#providers/shared/aws/clients";
import { startAws, type Aws } from "../../servers/aws/start-aws.ts";
import { copyAmi, registerAmi } from "./registered-ami.ts";

/** What a check sees and does, on the strict AWS of the tests: without an engine, each test with an AMI and a copy of its own. */
const [target, other] = ["222222222222", "333333333333"] as const;
const copyRegion = "eu-west-1";

let aws: Aws;
let site: AwsSite;
let main: AmiCheckInputs;
let copy: AmiCheckInputs;

beforeAll(async () => {
  aws = await startAws({ log: () => {} });
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  forgetAwsClients();
  const role = aws.role(target);
  site = { kind: "aws", name: "cloud", region: aws.region, copyTo: [copyRegion], visibility: "private", shareWith: { accounts: [{ account: target, role }, { account: other }], organizations: [], organizationalUnits: [] }, kmsKeys: {}, tpm: false, tags: { team: "images" } };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws?.stop();
});
beforeEach(async () => {
  main = await registerAmi(aws, "cloud", [target, other]);
  await available(main);
  copy = await copyAmi(main, copyRegion);
});
afterEach(() => {
  aws.heal();
  for (const { id } of aws.admin.images()) aws.admin.deregister(id);
  for (const { id } of aws.admin.snapshots()) aws.admin.deleteSnapshot(id);
  forgetListings();
});

async function available({ imageId, region }: AmiCheckInputs): Promise<void> {
  while (aws.admin.images({ region }).find(({ id }) => id === imageId)?.state !== "available") await sleep(20);
}

const quick = { firstPauseMs: 5, longestPauseMs: 20, attempts: 60, absences: 12 };
const settle = (inputs: AmiCheckInputs, said: string[] = []) => settleAmi(site, inputs, { progress: (text) => said.push(text), patience: quick });
function inspect(inputs: AmiCheckInputs): Promise<string> {
  forgetListings();
  return inspectAmi(site, inputs);
}
const imageOf = ({ imageId }: AmiCheckInputs) => aws.admin.images().find(({ id }) => id === imageId);
const snapshotIn = (inputs: AmiCheckInputs) => imageOf(inputs)!.mappings[0]!.ebs!.snapshotId!;

test("after it the AMI, its snapshot, the copy's and the shared account's view of both bear the same tags, and nothing is left to say", async () => {
  for (const inputs of [main, copy]) await settle(inputs);
  for (const inputs of [main, copy]) {
    const tags = expectedTags(inputs);
    expect(aws.admin.tags(inputs.imageId)).toEqual(tags);
    expect(aws.admin.tags(snapshotIn(inputs))).toEqual(tags);
    expect(aws.admin.tags(inputs.imageId, target)).toEqual(tags);
    expect(aws.admin.tags(inputs.imageId, other)).toEqual({});
    expect(imageOf(inputs)!.permissions).toEqual(expect.arrayContaining([{ userId: target }, { userId: other }]));
    expect(await inspect(inputs)).toBe("correct");
  }
});

test("whatever somebody changes is seen, and put right", async () => {
  await settle(main);
  const snapshot = snapshotIn(main);
  const changes: Record<string, [change: () => void, seen: RegExp]> = {
    public: [() => aws.admin.makePublic(main.imageId), /^incorrect: it is public$/],
    shared: [() => aws.admin.share(main.imageId, [target, other, "444444444444"]), /^unexpected: it is shared with 444444444444$/],
    unshared: [() => aws.admin.share(main.imageId, [target]), /^incorrect: it is not shared with 333333333333$/],
    tag: [() => aws.admin.setTag(main.imageId, "team", "others"), /^incorrect: ami-\w+ has other values of team$/],
    "owner tag": [() => aws.admin.removeTag(main.imageId, "imagefleet:stack"), /^incorrect: ami-\w+ lacks the tag imagefleet:stack$/],
    "snapshot's tag": [() => aws.admin.removeTag(snapshot, "imagefleet:stack"), /^incorrect: snap-\w+ lacks the tag imagefleet:stack$/],
    "tag there": [() => aws.admin.setTag(main.imageId, "team", "others", target), /^incorrect: in the account 222222222222, ami-\w+ has other values of team$/],
    deprecated: [() => aws.admin.deprecate(main.imageId, "2030-01-01T00:00:00.000Z"), /^incorrect: it is deprecated from 2030/],
    extra: [() => aws.admin.setTag(main.imageId, "imagefleet:else", "x"), /^unexpected: ami-\w+ has imagefleet:else$/],
  };
  for (const [name, [change, seen]] of Object.entries(changes)) {
    change();
    expect(await inspect(main), name).toMatch(seen);
    await settle(main);
    expect(await inspect(main), name).toBe("correct");
  }
});

test("a deprecation that is wanted is set, and one that has passed is set for the next minutes", async () => {
  await settle({ ...main, deprecated: "2030-11-01T00:00:00Z" });
  expect(imageOf(main)!.deprecationTime).toBe("2030-11-01T00:00:00.000Z");
  const past = { ...main, deprecated: "2020-11-01T00:00:00Z" };
  await settle(past);
  expect(Date.parse(imageOf(main)!.deprecationTime!) - Date.now()).toBeLessThan(4 * 60_000);
  expect(await inspect(past)).toBe("correct");
});

test("an AMI that shows and is gone again is waited for; one that is gone for good is missing", async () => {
  aws.fault({ action: "DescribeImages", skip: 1, times: 2 }, { kind: "absent" });
  await settle(main);
  aws.admin.deregister(main.imageId);
  expect(await inspect(main)).toBe("missing");
  await expect(settle(main)).rejects.toThrow(/EC2 has no AMI ami-/);
});

test("an AMI of another snapshot is deregistered, and its own snapshot stays", async () => {
  await expect(settle({ ...main, snapshotId: "snap-00000000000000001" })).rejects.toThrow(/not snap-00000000000000001; it was deregistered/);
  expect(aws.admin.images({ region: aws.region })).toEqual([]);
  expect(aws.admin.snapshots({ region: aws.region })).toHaveLength(1);
});

test("one that somebody disabled is enabled again under its id, and shared again", async () => {
  await settle(main);
  await new EC2Client({ region: main.region }).send(new DisableImageCommand({ ImageId: main.imageId }));
  expect(await inspect(main)).toMatch(/^incorrect: it is disabled; it is not shared with 222222222222, 333333333333/);
  await settle(main);
  expect(await inspect(main)).toBe("correct");
});

test("a copy that failed is taken away with its snapshot, to be made again", async () => {
  aws.settings.failingCopies.set(copyRegion, 1);
  aws.admin.deregister(copy.imageId);
  const failing = await copyAmi(main, copyRegion);
  await expect(settle(failing)).rejects.toThrow(/is failed .*it was deregistered/);
  expect(aws.admin.images({ region: copyRegion })).toEqual([]);
});

test("many looks at a region's AMIs are two lists; each asks who may launch it alone", async () => {
  await settle(main);
  forgetListings();
  aws.forget();
  await Promise.all(Array.from({ length: 10 }, () => inspectAmi(site, main)));
  expect(aws.calls({ action: "DescribeImages" })).toHaveLength(1);
  expect(aws.calls({ action: "DescribeSnapshots" })).toHaveLength(1);
  expect(aws.calls({ action: "DescribeTags" })).toHaveLength(1);
});

test("a denied repair is not tried again, and names its permission", async () => {
  await settle(main);
  aws.admin.makePublic(main.imageId);
  aws.deny("ec2:ModifyImageAttribute");
  aws.forget();
  await expect(settle(main)).rejects.toThrow(/ec2:ModifyImageAttribute/);
  expect(aws.calls({ action: "ModifyImageAttribute" })).toHaveLength(1);
});
