import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { RegisterImageCommand } from "@aws-sdk/client-ec2";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { awsClients } from "#providers/shared/aws/clients";
import type { SnapshotOutputs } from "#providers/ebs-snapshot/inputs";
import { forgetListings } from "#providers/ebs-snapshot/listing";
import { provider } from "#providers/ebs-snapshot/provider";
import { configure } from "./configure.ts";
import { diskOf, Fixture } from "./fixture.ts";

let fixture: Fixture;
let made: { id: string; outs: SnapshotOutputs };

beforeAll(async () => {
  fixture = await Fixture.start();
  provider.configure(configure);
  vi.spyOn(console, "log").mockImplementation(() => {});
  const { id, outs } = await provider.create(await fixture.release({ image: "tiny", version: "2026.1101.1" }, diskOf([1, 0, 2])));
  made = { id, outs: outs! };
});
afterAll(async () => {
  vi.restoreAllMocks();
  await fixture?.stop();
});
afterEach(() => fixture.aws.heal());

async function look(): Promise<{ id: string | undefined; state: string }> {
  forgetListings();
  const { id, props } = await provider.read(made.id, made.outs);
  return { id, state: props!.state };
}

test("what was made is correct, and a look costs two requests for all of a region", async () => {
  expect(await look()).toEqual({ id: made.id, state: "correct" });
  const inputs = { ...made.outs };
  expect(await provider.diff(made.id, made.outs, inputs)).toEqual({ changes: false, replaces: [] });
  fixture.aws.forget();
  forgetListings();
  await Promise.all(Array.from({ length: 5 }, () => provider.read(made.id, made.outs)));
  expect(fixture.aws.calls({ action: "DescribeSnapshots" })).toHaveLength(2);
});

test("other tags, and volumes for anybody, are seen and mended", async () => {
  fixture.aws.admin.setTag(made.id, "team", "others");
  fixture.aws.admin.removeTag(made.id, "imagefleet:stack");
  fixture.aws.admin.snapshots().find(({ id }) => id === made.id)!.permissions.add("all");
  const { state } = await look();
  expect(state).toBe("incorrect: tag imagefleet:stack missing; tag team changed");
  const olds = { ...made.outs, state };
  expect(await provider.diff(made.id, olds, made.outs)).toEqual({ changes: true, replaces: [] });
  await provider.update(made.id, olds, made.outs);
  const open = await look();
  expect(open.state).toBe("incorrect: public");
  await provider.update(made.id, { ...made.outs, state: open.state }, made.outs);
  expect(await look()).toEqual({ id: made.id, state: "correct" });
});

test("tags that are no longer wanted go, those of others stay", async () => {
  const { team: _, ...tags } = made.outs.tags;
  fixture.aws.admin.setTag(made.id, "backup", "weekly");
  const { outs } = await provider.update(made.id, made.outs, { ...made.outs, tags });
  made = { id: made.id, outs: outs! };
  expect(fixture.aws.admin.tags(made.id)).toEqual({ ...tags, backup: "weekly" });
});

test("another disk, place or key is another snapshot; another way to it is not", async () => {
  for (const change of [{ sha256: "0".repeat(16) }, { region: "eu-west-1" }, { kmsKey: "k" }]) expect((await provider.diff(made.id, made.outs, { ...made.outs, ...change })).replaces).toEqual(Object.keys(change));
  expect(await provider.diff(made.id, made.outs, { ...made.outs, profile: "other" })).toEqual({ changes: true, replaces: [] });
});

test("a region that does not let one look keeps the state, and says why", async () => {
  fixture.aws.deny("ec2:DescribeSnapshots");
  expect(await look()).toEqual({ id: made.id, state: expect.stringMatching(/^unreachable: ec2:DescribeSnapshots failed: UnauthorizedOperation/) as string });
});

test("one that an AMI uses is not deleted, and the AMI is named; then it is, twice without complaint, and a look finds it gone", async () => {
  const clients = awsClients(made.outs);
  const { ImageId } = await clients.ec2.send(new RegisterImageCommand({ Name: "tiny", Architecture: "x86_64", RootDeviceName: "/dev/xvda", VirtualizationType: "hvm", EnaSupport: true, BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: made.id, VolumeType: "gp3" } }] }));
  await expect(provider.delete(made.id, made.outs)).rejects.toThrow(`the snapshot ${made.id} is in use by ${ImageId}`);
  fixture.aws.admin.deregister(ImageId!);
  await provider.delete(made.id, made.outs);
  await provider.delete(made.id, made.outs);
  expect(await look()).toEqual({ id: "", state: "missing" });
});

test("where EBS direct APIs are not allowed, the disk goes through a bucket, of which nothing is left; a second run finds the snapshot", async () => {
  const snapshotImport = { bucket: "imports", role: "vmimport" };
  const inputs = await fixture.release({ image: "tiny", version: "2026.1101.2" }, diskOf([3, 0, 4]), { snapshotImport });
  const { s3 } = awsClients(inputs);
  await s3.send(new CreateBucketCommand({ Bucket: "imports", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
  fixture.aws.deny("ebs:StartSnapshot");
  const { id, outs } = await provider.create(inputs);
  expect(fixture.aws.admin.content(id)).toEqual(diskOf([3, 0, 4]));
  expect(fixture.aws.admin.tags(id)).toEqual(inputs.tags);
  expect((await s3.send(new ListObjectsV2Command({ Bucket: "imports" }))).KeyCount).toBe(0);
  expect((await provider.create(inputs)).id).toBe(id);
  expect(outs!.state).toBe("correct");
});
