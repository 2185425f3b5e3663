import { mkdir, readFile, rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerAmi } from "../providers/ami-check/registered-ami.ts";
import { AwsFleet, closed, main, rootOf, target } from "./aws-fleet.ts";
import { configurationFault, transcript } from "./transcript.ts";

/** Four regions and two other accounts, the real engine, a strict AWS: steps of one story, in this order. */
const first = { image: "tiny", version: "2026.1101.1" };
const second = { image: "tiny", version: "2026.1101.2" };
const copies = ["eu-west-1", "us-east-1", "ap-south-1"];

let fleet: AwsFleet;
beforeAll(async () => {
  fleet = await AwsFleet.create(copies);
  await fleet.store(first);
});
afterAll(() => fleet?.remove());

test("a name that something else has taken stops the run before anything is made, and is told with the command to look at it", async () => {
  const foreign = await registerAmi(fleet.aws, "cloud", []);
  fleet.aws.forget();
  const text = await fleet.failingUp();
  expect(text).toContain(`in ${main} the name tiny-${first.version} is taken by the AMI ${foreign.imageId}; it is of another build`);
  expect(text).toContain(`aws ec2 describe-images --region ${main} --image-ids ${foreign.imageId}`);
  expect(fleet.calls(/^(StartSnapshot|RegisterImage|CopyImage)$/)).toEqual([]);
  await transcript("aws-name-taken", configurationFault(text));
  fleet.aws.admin.deregister(foreign.imageId);
  fleet.aws.admin.deleteSnapshot(foreign.snapshotId!);
});

test("one up sends the disk once and registers it in four regions, the same in each, for both accounts", async () => {
  expect(await fleet.up()).toContain(closed);
  const amis = fleet.amis(first);
  for (const [region, ami] of Object.entries(amis)) {
    expect(ami, region).toMatchObject({ state: "available", architecture: "x86_64", bootMode: "legacy-bios", enaSupport: true, imdsSupport: "v2.0", rootDeviceName: "/dev/xvda", virtualizationType: "hvm" });
    expect(ami.permissions, region).toEqual(expect.arrayContaining([{ userId: target }, { userId: closed }]));
    expect(ami.permissions, region).toHaveLength(2);
    expect(ami.deprecationTime, region).toMatch(/^2036-10-29T00:00/);
    expect(ami.mappings, region).toMatchObject([{ deviceName: "/dev/xvda", ebs: { volumeType: "gp3", deleteOnTermination: true } }]);
    if (region !== main) expect(ami.source, region).toEqual({ image: amis[main]!.id, region: main });
  }
  await fleet.requireTags(first, true);
  const disk = await readFile(await fleet.project.store.open(first, "formats/raw", `tiny-${first.version}.raw`));
  const sent = fleet.aws.admin.content(rootOf(amis[main]!));
  expect(disk.subarray(0, sent.length).equals(sent)).toBe(true);
  expect(disk.subarray(sent.length).every((byte) => byte === 0)).toBe(true);
});

test("a second up changes nothing, nothing has drifted, and the state holds no secret and no path of this machine; a channel's pointers stay", async () => {
  fleet.pointAt(first, "stable");
  await fleet.requireSettled();
  fleet.aws.forget();
  expect(await fleet.up()).not.toMatch(/\b[1-9]\d* (created|updated|deleted|replaced)/);
  expect(fleet.calls(/^(?!Describe|Get|List|AssumeRole|Simulate)/)).toEqual([]);
  fleet.requirePointer(first, "stable");
  const state = (await fleet.project.pulumi("stack", "export")).text;
  for (const secret of [fleet.aws.env["AWS_SECRET_ACCESS_KEY"]!, fleet.project.dir, `${process.env["HOME"]!}/`]) expect(state).not.toContain(secret);
});

test("a state that was lost is found again in every region: nothing is sent, registered or copied a second time", async () => {
  const ids = () => Object.values(fleet.amis(first)).flatMap((ami) => [ami.id, rootOf(ami)]);
  const before = ids();
  await rm(fleet.project.path("state"), { recursive: true });
  await mkdir(fleet.project.path("state"));
  fleet.aws.forget();
  await fleet.up();
  expect(ids()).toEqual(before);
  fleet.requireNoOrphans();
  fleet.requirePointer(first, "stable");
  expect(fleet.calls(/^(PutSnapshotBlock|RegisterImage|CopyImage)$/)).toEqual([]);
  await fleet.requireSettled();
});

test("what somebody changed or removed is named by a drift run, and put right by the next up", async () => {
  const { admin } = fleet.aws;
  const now = fleet.amis(first);
  admin.makePublic(now["eu-west-1"]!.id);
  admin.share(now["us-east-1"]!.id, [target]);
  admin.setTag(rootOf(now["ap-south-1"]!), "team", "others");
  admin.removeTag(now["ap-south-1"]!.id, "team", target);
  admin.deregister(now[main]!.id);
  admin.deleteSnapshot(rootOf(now[main]!));
  const { exitCode, text } = await fleet.drift();
  expect(exitCode, text).toBe(3);
  expect(text).toMatch(/^cloud\/tiny@\S+\/raw: missing$/m);
  expect(text).toMatch(/^cloud\/tiny@\S+\/raw\/snapshot: missing$/m);
  expect(text).toMatch(/^cloud\/eu-west-1\/tiny@\S+\/raw\/check: incorrect: .*it is public/m);
  expect(text).toMatch(/^cloud\/us-east-1\/tiny@\S+\/launch\/333333333333: missing$/m);
  expect(text).toMatch(/^cloud\/us-east-1\/tiny@\S+\/check: incorrect: .*not shared with 333333333333/m);
  expect(text).toMatch(/^cloud\/ap-south-1\/tiny@\S+\/check: incorrect: .*snap-\w+ has other values of team; in the account 222222222222, .*lacks the tag team/m);
  await fleet.up();
  const after = fleet.amis(first);
  expect(after[main]!.id).not.toBe(now[main]!.id);
  for (const region of copies) expect(after[region]!.id, region).toBe(now[region]!.id);
  for (const region of fleet.regions) expect(after[region]!.permissions, region).toHaveLength(2);
  await fleet.requireTags(first, true);
  expect((await fleet.drift()).exitCode).toBe(0);
});

test("a newer release is registered beside the older one, which is the latest no more, in no region", async () => {
  await fleet.store(second);
  await fleet.up();
  await fleet.requireTags(second, true);
  await fleet.requireTags(first, false);
});

test("a release that leaves the plan leaves every region, with its snapshots, and destroy takes the other one", async () => {
  await fleet.configure({ retain: 0 });
  await fleet.up();
  fleet.requireNoOrphans();
  expect(fleet.amis(second)[main]).toBeDefined();
  const down = await fleet.project.pulumi("destroy", "--yes");
  expect(down.exitCode, down.text).toBe(0);
  expect(fleet.aws.admin.images()).toEqual([]);
  expect(fleet.aws.admin.snapshots()).toEqual([]);
});
