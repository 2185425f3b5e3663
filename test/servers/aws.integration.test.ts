import { createHash, randomBytes } from "node:crypto";
import { CompleteSnapshotCommand, EBSClient, GetSnapshotBlockCommand, ListChangedBlocksCommand, ListSnapshotBlocksCommand, PutSnapshotBlockCommand, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import {
  CopyImageCommand, CreateTagsCommand, DeleteSnapshotCommand, DeregisterImageCommand, DescribeImageAttributeCommand, DescribeImagesCommand, DescribeImportSnapshotTasksCommand, DescribeRegionsCommand,
  DescribeSnapshotsCommand, DescribeTagsCommand, EC2Client, EnableImageDeprecationCommand, ImportSnapshotCommand, ModifyImageAttributeCommand, RegisterImageCommand, waitUntilImageAvailable, waitUntilSnapshotCompleted,
} from "@aws-sdk/client-ec2";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startAws, type Aws } from "./aws/start-aws.ts";

const blockSize = 524288;
const block = (fill: number): Buffer => Buffer.alloc(blockSize, fill);
const sum = (data: Buffer): string => createHash("sha256").update(data).digest("base64");

let aws: Aws;

beforeAll(async () => {
  aws = await startAws({ log: () => {} });
});

afterAll(async () => {
  await aws?.stop();
});

afterEach(() => {
  aws.heal();
  aws.settings.quota = undefined;
});

type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

const configuration = (region = aws.region, credentials: Keys = { accessKeyId: aws.env["AWS_ACCESS_KEY_ID"]!, secretAccessKey: "secret" }) => ({ endpoint: aws.endpoint, region, credentials, maxAttempts: 1 });
const ebs = (): EBSClient => new EBSClient(configuration());
const ec2 = (region?: string, keys?: Keys): EC2Client => new EC2Client(configuration(region, keys));

function put(id: string, index: number, data: Buffer, checksum = sum(data)) {
  return ebs().send(new PutSnapshotBlockCommand({ SnapshotId: id, BlockIndex: index, BlockData: data, DataLength: data.length, Checksum: checksum, ChecksumAlgorithm: "SHA256" }));
}

async function snapshot(blocks: ReadonlyMap<number, Buffer>, parent?: string): Promise<string> {
  const { SnapshotId: id = "" } = await ebs().send(new StartSnapshotCommand({ VolumeSize: 1, ParentSnapshotId: parent, Tags: [{ Key: "imagefleet:image", Value: "tiny" }] }));
  for (const [index, data] of blocks) await put(id, index, data);
  const digests = [...blocks].sort(([a], [b]) => a - b).map(([, data]) => createHash("sha256").update(data).digest());
  await ebs().send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: blocks.size, Checksum: sum(Buffer.concat(digests)), ChecksumAlgorithm: "SHA256", ChecksumAggregationMethod: "LINEAR" }));
  await waitUntilSnapshotCompleted({ client: ec2(), maxWaitTime: 10, minDelay: 0.05 as never, maxDelay: 1 }, { SnapshotIds: [id] });
  return id;
}

function register(id: string, name: string, more: object = {}) {
  const BlockDeviceMappings = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: id, VolumeType: "gp3" as const } }];
  return ec2().send(new RegisterImageCommand({ Name: name, Architecture: "x86_64", RootDeviceName: "/dev/xvda", VirtualizationType: "hvm", EnaSupport: true, BootMode: "uefi", ImdsSupport: "v2.0", BlockDeviceMappings, ...more }));
}

const refusal = (name: string) => expect.objectContaining({ name });

test("a block must be whole, where the volume is, and have the checksum that it was sent with", async () => {
  const { SnapshotId: id = "", BlockSize } = await ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }));
  expect(BlockSize).toBe(blockSize);
  await expect(put(id, 0, block(1), sum(block(2)))).rejects.toEqual(refusal("ValidationException"));
  await expect(put(id, 0, block(1).subarray(1))).rejects.toEqual(refusal("ValidationException"));
  await expect(put(id, 2048, block(1))).rejects.toEqual(refusal("ValidationException"));
  await expect(put("snap-0123456789abcdef0", 0, block(1))).rejects.toEqual(refusal("ResourceNotFoundException"));
  await expect(put(id, 2047, block(1))).resolves.toMatchObject({ Checksum: sum(block(1)) });
  const complete = (count: number, checksum: string) => ebs().send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: count, Checksum: checksum, ChecksumAlgorithm: "SHA256", ChecksumAggregationMethod: "LINEAR" }));
  const right = sum(createHash("sha256").update(block(1)).digest());
  await expect(complete(2, right)).rejects.toEqual(refusal("ValidationException"));
  await expect(complete(1, sum(block(1)))).rejects.toEqual(refusal("ValidationException"));
  await expect(register(id, "open")).rejects.toEqual(refusal("IncorrectState"));
  await complete(1, right);
  await expect(put(id, 0, block(1))).rejects.toEqual(refusal("ValidationException"));
});

test("lists come in pages, and a snapshot has its parent's blocks", async () => {
  const first = new Map(Array.from({ length: 120 }, (_, n) => [n * 3, block(n)] as const));
  const parent = await snapshot(first);
  const child = await snapshot(new Map([[3, block(200)], [1000, block(201)]]), parent);
  let [pages, token] = [0, undefined as string | undefined];
  const listed: number[] = [];
  do {
    const page = await ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: child, NextToken: token }));
    listed.push(...page.Blocks!.map(({ BlockIndex }) => BlockIndex!));
    token = page.NextToken;
    pages++;
  } while (token);
  expect(pages).toBe(3);
  expect(listed).toEqual([...first.keys(), 1000]);
  const changed = await ebs().send(new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: child }));
  expect(changed.ChangedBlocks!.map(({ BlockIndex }) => BlockIndex)).toEqual([3, 1000]);
  const { Blocks = [] } = await ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: child }));
  const got = await ebs().send(new GetSnapshotBlockCommand({ SnapshotId: child, BlockIndex: 3, BlockToken: Blocks[1]!.BlockToken }));
  expect(Buffer.from(await got.BlockData!.transformToByteArray()).equals(block(200))).toBe(true);
});

test("an AMI keeps what it was registered with, its name is its own, and its snapshot stays while it is used", async () => {
  const id = await snapshot(new Map([[0, block(7)]]));
  const { ImageId: ami = "" } = await register(id, "tiny-1");
  await expect(register(id, "tiny-1")).rejects.toEqual(refusal("InvalidAMIName.Duplicate"));
  await expect(register(id, "tiny:1")).rejects.toEqual(refusal("InvalidAMIName.Malformed"));
  await expect(register(id, "tiny-2", { TpmSupport: "v2.0", BootMode: "legacy-bios" })).rejects.toEqual(refusal("InvalidParameterCombination"));
  await expect(ec2().send(new DeleteSnapshotCommand({ SnapshotId: id }))).rejects.toEqual(refusal("InvalidSnapshot.InUse"));
  await ec2().send(new EnableImageDeprecationCommand({ ImageId: ami, DeprecateAt: new Date("2100-01-01T00:00:29Z") }));
  await waitUntilImageAvailable({ client: ec2(), maxWaitTime: 10, minDelay: 0.05 as never, maxDelay: 1 }, { ImageIds: [ami] });
  const { Images = [] } = await ec2().send(new DescribeImagesCommand({ Owners: ["self"], Filters: [{ Name: "name", Values: ["tiny-*"] }] }));
  expect(Images).toMatchObject([{ ImageId: ami, Architecture: "x86_64", BootMode: "uefi", ImdsSupport: "v2.0", EnaSupport: true, DeprecationTime: "2100-01-01T00:00:00.000Z", BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: id, VolumeSize: 1, VolumeType: "gp3", Encrypted: false } }] }]);

  const copy = ec2("eu-west-1");
  const { ImageId: copied = "" } = await copy.send(new CopyImageCommand({ SourceImageId: ami, SourceRegion: aws.region, Name: "tiny-1", TagSpecifications: [{ ResourceType: "image", Tags: [{ Key: "a", Value: "b" }] }] }));
  await waitUntilImageAvailable({ client: copy, maxWaitTime: 10, minDelay: 0.05 as never, maxDelay: 1 }, { ImageIds: [copied] });
  const { Snapshots = [] } = await copy.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  expect(Snapshots).toMatchObject([{ State: "completed", Tags: [] }]);
  expect(Snapshots[0]!.SnapshotId).not.toBe(id);
  expect(aws.admin.tags(copied)).toEqual({ a: "b" });
  await ec2().send(new DeregisterImageCommand({ ImageId: ami }));
  await expect(ec2().send(new DescribeImagesCommand({ ImageIds: [ami] }))).rejects.toEqual(refusal("InvalidAMIID.Unavailable"));
  await ec2().send(new DeleteSnapshotCommand({ SnapshotId: id }));
});

test("an account sees AMIs that are shared with it, and its own tags on them", async () => {
  const { ImageId: ami = "" } = await register(await snapshot(new Map([[0, block(8)]])), "shared");
  const role = aws.role("210987654321");
  const sts = new STSClient(configuration());
  await expect(sts.send(new AssumeRoleCommand({ RoleArn: `${role}-else`, RoleSessionName: "test" }))).rejects.toEqual(refusal("AccessDenied"));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: "test" }));
  const other = ec2(aws.region, { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! });
  await expect(other.send(new DescribeImagesCommand({ ImageIds: [ami] }))).rejects.toEqual(refusal("InvalidAMIID.NotFound"));
  const unit = "arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-abcd-12345678";
  await ec2().send(new ModifyImageAttributeCommand({ ImageId: ami, LaunchPermission: { Add: [{ UserId: "210987654321" }, { OrganizationalUnitArn: unit }] } }));
  const { LaunchPermissions } = await ec2().send(new DescribeImageAttributeCommand({ ImageId: ami, Attribute: "launchPermission" }));
  expect(LaunchPermissions).toEqual([{ UserId: "210987654321" }, { OrganizationalUnitArn: unit }]);
  await ec2().send(new CreateTagsCommand({ Resources: [ami], Tags: [{ Key: "mine", Value: "1" }] }));
  await other.send(new CreateTagsCommand({ Resources: [ami], Tags: [{ Key: "theirs", Value: "2" }] }));
  const { Images = [] } = await other.send(new DescribeImagesCommand({ ImageIds: [ami] }));
  expect(Images).toMatchObject([{ OwnerId: aws.account, Tags: [{ Key: "theirs", Value: "2" }] }]);
  expect((await other.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-type", Values: ["image"] }] }))).Tags).toMatchObject([{ ResourceId: ami, Key: "theirs" }]);
  await expect(ec2().send(new ModifyImageAttributeCommand({ ImageId: ami, LaunchPermission: { Add: [{ Group: "all" }] } }))).rejects.toEqual(refusal("OperationNotPermitted"));
  aws.admin.expireSessions();
  await expect(other.send(new DescribeRegionsCommand({}))).rejects.toEqual(refusal("RequestExpired"));
});

test("what goes wrong on request, and what is said of permissions", async () => {
  const { SnapshotId: id = "" } = await ebs().send(new StartSnapshotCommand({ VolumeSize: 1 }));
  aws.forget();
  aws.fault({ action: "PutSnapshotBlock", times: 2 }, { kind: "throttle", retryAfter: 1 });
  aws.fault({ action: "PutSnapshotBlock", skip: 2 }, { kind: "wrong-checksum" });
  aws.fault({ action: "PutSnapshotBlock", skip: 3 }, { kind: "drop-at-half" });
  aws.fault({ action: "PutSnapshotBlock", skip: 4 }, { kind: "lost-reply" });
  for (const name of ["RequestThrottledException", "RequestThrottledException"]) await expect(put(id, 0, block(1))).rejects.toMatchObject({ name, $response: { headers: { "retry-after": "1" } } });
  expect((await put(id, 0, block(1))).Checksum).not.toBe(sum(block(1)));
  await expect(put(id, 1, block(1))).rejects.toThrow();
  await expect(put(id, 2, block(1))).rejects.toThrow();
  expect([...aws.admin.snapshots().find((one) => one.id === id)!.blocks.keys()]).toEqual([0, 2]);
  expect(aws.calls({ action: "PutSnapshotBlock" }).map(({ status }) => status)).toEqual([400, 400, 201, undefined, undefined]);
  expect(aws.bytes()).toBeGreaterThan(4 * blockSize);
  expect(aws.bytes()).toBeLessThan(5 * blockSize);

  aws.settings.quota = { putsPerSecond: 1, burst: 3 };
  const results = await Promise.allSettled([3, 4, 5, 6, 7].map((index) => put(id, index, block(index))));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(3);

  const dry = () => ec2().send(new RegisterImageCommand({ Name: "dry", DryRun: true }));
  await expect(dry()).rejects.toEqual(refusal("DryRunOperation"));
  const allow = aws.deny("ec2:RegisterImage");
  await expect(dry()).rejects.toEqual(refusal("UnauthorizedOperation"));
  allow();
  aws.fault({ action: "DescribeSnapshots", forMs: 300 }, { kind: "absent" });
  const described = () => ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
  await expect(described()).rejects.toEqual(refusal("InvalidSnapshot.NotFound"));
  await expect.poll(() => described().then(({ Snapshots }) => Snapshots?.[0]?.State, () => undefined)).toBe("pending");
  const order: string[] = [];
  aws.hook({ action: "StartSnapshot" }, "before", () => order.push(`before, ${aws.admin.snapshots().length}`));
  aws.hook({ action: "StartSnapshot", skip: 1 }, "after", () => order.push(`after, ${aws.admin.snapshots().length}`));
  const before = aws.admin.snapshots().length;
  for (let n = 0; n < 2; n++) await ebs().send(new StartSnapshotCommand({ VolumeSize: 1, ClientToken: "again" }));
  expect(order).toEqual([`before, ${before}`, `after, ${before + 1}`]);
});

test("a snapshot is imported from an object", async () => {
  const s3 = new S3Client(configuration());
  const disk = Buffer.concat([block(1), block(0), randomBytes(1000)]);
  await s3.send(new CreateBucketCommand({ Bucket: "import", CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
  await s3.send(new PutObjectCommand({ Bucket: "import", Key: "tiny/disk.raw", Body: disk }));
  const { ImportTaskId: task = "" } = await ec2().send(new ImportSnapshotCommand({ DiskContainer: { Format: "raw", UserBucket: { S3Bucket: "import", S3Key: "tiny/disk.raw" } } }));
  const detail = async () => (await ec2().send(new DescribeImportSnapshotTasksCommand({ ImportTaskIds: [task] }))).ImportSnapshotTasks?.[0]?.SnapshotTaskDetail;
  await expect.poll(async () => (await detail())?.Status).toBe("completed");
  const { SnapshotId: id = "" } = (await detail())!;
  expect(aws.admin.content(id).subarray(0, disk.length).equals(disk)).toBe(true);
  expect(aws.admin.snapshots().find((one) => one.id === id)!.blocks.size).toBe(2);
});
