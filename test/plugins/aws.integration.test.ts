import { createHash } from "node:crypto";
import { CompleteSnapshotCommand, EBSClient, PutSnapshotBlockCommand, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startAws, type Aws } from "../servers/aws/start-aws.ts";
import { tinyStack, type TinyStack } from "./tiny-stack.ts";

const other = "210987654321";
const far = "eu-west-1";

let aws: Aws;
let stack: TinyStack;
let snapshot: string;

beforeAll(async () => {
  aws = await startAws({ log: () => {} });
  stack = await tinyStack("aws", aws.env);
  snapshot = await send();
});

afterAll(async () => {
  await stack?.remove();
  await aws?.stop();
});

/** A snapshot as the uploader leaves it. */
async function send(): Promise<string> {
  const ebs = new EBSClient({ endpoint: aws.endpoint, region: aws.region, credentials: { accessKeyId: "AKIAIMAGEFLEETTEST00", secretAccessKey: "secret" } });
  const data = Buffer.alloc(524288, 1);
  const digest = createHash("sha256").update(data).digest();
  const { SnapshotId = "" } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
  await ebs.send(new PutSnapshotBlockCommand({ SnapshotId, BlockIndex: 0, BlockData: data, DataLength: data.length, Checksum: digest.toString("base64"), ChecksumAlgorithm: "SHA256" }));
  await ebs.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: 1 }));
  await vi.waitUntil(() => aws.admin.snapshots()[0]?.status === "completed");
  return SnapshotId;
}

interface Variant {
  readonly tags?: Record<string, string>;
  readonly deprecationTime?: string;
  readonly more?: object;
  readonly account?: string;
  readonly importIds?: readonly [main: string, copy: string];
}

function program({ tags = { "imagefleet:image": "tiny" }, deprecationTime = "2100-01-01T00:00:00Z", more = {}, account = aws.account, importIds }: Variant = {}): string {
  const common = JSON.stringify({ name: "tiny-1", tags, deprecationTime });
  const copy = importIds
    ? `new Ami("copy", { ...common, region: "${far}", ...registered }, { provider, import: "${importIds[1]}" })`
    : `new AmiCopy("copy", { ...common, region: "${far}", sourceAmiId: ami.id, sourceAmiRegion: "${aws.region}" }, { provider })`;
  return `
import { Provider } from "@pulumi/aws/provider.js";
import { Ami } from "@pulumi/aws/ec2/ami.js";
import { AmiCopy } from "@pulumi/aws/ec2/amiCopy.js";
import { AmiLaunchPermission } from "@pulumi/aws/ec2/amiLaunchPermission.js";
import { SnapshotCreateVolumePermission } from "@pulumi/aws/ec2/snapshotCreateVolumePermission.js";
import { Tag } from "@pulumi/aws/ec2/tag.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
const common = ${common};
const registered = { architecture: "x86_64", bootMode: "uefi", enaSupport: true, imdsSupport: "v2.0", rootDeviceName: "/dev/xvda", virtualizationType: "hvm" };
const provider = new Provider("provider", { region: "${aws.region}", allowedAccountIds: ["${account}"] });
const ami = new Ami("ami", { ...common, ...registered, ebsBlockDevices: [{ deviceName: "/dev/xvda", snapshotId: "${snapshot}", volumeType: "gp3" }], ...${JSON.stringify(more)} }, { provider${importIds ? `, import: "${importIds[0]}"` : ""} });
const copy = ${copy};
new AmiLaunchPermission("launch", { imageId: copy.id, accountId: "${other}", region: "${far}" }, { provider });
new Tag("tag", { resourceId: "${snapshot}", key: "of", value: "tiny" }, { provider });
new SnapshotCreateVolumePermission("volumes", { snapshotId: "${snapshot}", accountId: "${other}" }, { provider });
const parameter = new Parameter("parameter", { name: "/images/tiny/stable", type: "String", insecureValue: copy.id, region: "${far}", overwrite: true, tags: { of: "tiny" } }, { provider });
export const ids = [ami.id, copy.id, parameter.insecureValue];
`;
}

const image = (region: string) => aws.admin.images({ region })[0];

async function clean(text = program()): Promise<void> {
  const refreshed = await stack.run("refresh", text);
  expect(refreshed.exitCode, refreshed.text).toBe(0);
  const preview = await stack.run("preview", text);
  expect(preview.text).not.toMatch(/to (create|update|replace|delete)/);
}

test("an AMI and its copy are made, seen when they drift, imported and removed as by the official provider", async () => {
  const up = await stack.run("up", program());
  expect(up.exitCode, up.text).toBe(0);
  const [main, copy] = [image(aws.region)!, image(far)!];
  expect(main).toMatchObject({ name: "tiny-1", bootMode: "uefi", imdsSupport: "v2.0", deprecationTime: "2100-01-01T00:00:00.000Z" });
  expect(aws.admin.tags(copy.id)).toEqual({ "imagefleet:image": "tiny" });
  expect(copy.permissions).toEqual([{ userId: other }]);
  expect(aws.admin.tags(snapshot)).toEqual({ of: "tiny" });
  expect((await stack.outputs())["ids"]).toEqual([main.id, copy.id, copy.id]);
  expect([...aws.admin.snapshots({ region: aws.region })[0]!.permissions]).toEqual([other]);
  const [copied] = aws.admin.snapshots({ region: far });
  expect(aws.admin.tags(copied!.id), "the official resource leaves a copy's snapshots without tags").toEqual({});
  await clean();

  aws.admin.setTag(main.id, "imagefleet:image", "else");
  aws.admin.setTag(copy.id, "new", "1");
  aws.admin.deprecate(copy.id);
  aws.admin.share(copy.id, ["111111111111"]);
  const seen = await stack.run("refresh", program());
  expect(seen.text).toMatch(/2 updated/);
  expect(seen.text).toMatch(/1 deleted/);
  expect((await stack.run("up", program())).exitCode).toBe(0);
  expect([aws.admin.tags(main.id), aws.admin.tags(copy.id)]).toEqual([{ "imagefleet:image": "tiny" }, { "imagefleet:image": "tiny" }]);
  expect(image(far)).toMatchObject({ id: copy.id, deprecationTime: main.deprecationTime, permissions: [{ userId: "111111111111" }, { userId: other }] });

  aws.admin.deregister(copy.id);
  await stack.run("refresh", program());
  expect((await stack.run("up", program())).exitCode).toBe(0);
  expect(image(far)!.id).not.toBe(copy.id);
  expect((await stack.outputs())["ids"], "the parameter was updated in place").toEqual([main.id, image(far)!.id, image(far)!.id]);
  await clean();

  await stack.forget();
  const importing = program({ importIds: [main.id, `${image(far)!.id}@${far}`] });
  const imported = await stack.run("up", importing);
  expect(imported.exitCode, imported.text).toBe(0);
  expect(imported.text).toMatch(/2 imported/);
  expect(aws.admin.images()).toHaveLength(2);
  await clean(importing);

  const gone = await stack.run("destroy", program());
  expect(gone.exitCode, gone.text).toBe(0);
  expect(aws.admin.images()).toEqual([]);
  expect(aws.admin.snapshots({ region: aws.region }).map(({ id }) => id), "a snapshot that was given stays").toEqual([snapshot]);
});

test("a copy's snapshots go with it, and what goes wrong is said", async () => {
  for (const { id } of aws.admin.snapshots({ region: far })) aws.admin.deleteSnapshot(id);
  const devices = [{ deviceName: "/dev/xvda", snapshotId: snapshot, volumeTyp: "gp3" }];
  const misspelt = await stack.run("preview", program({ more: { ebsBlockDevices: devices } }));
  expect(misspelt.exitCode).not.toBe(0);
  expect(misspelt.text).toContain("the SDK knows no property volumeTyp; volumeType is meant?");
  const wrong = await stack.run("preview", program({ account: other }));
  expect(wrong.text).toContain(`AWS account ID not allowed: ${aws.account}`);
  aws.deny("CopyImage");
  const denied = await stack.run("up", program());
  expect(denied.exitCode).not.toBe(0);
  expect(denied.text).toContain("operation error EC2: CopyImage, https response error StatusCode: 403, api error UnauthorizedOperation");
  aws.heal();
  aws.settings.failingCopies.set(far, 1);
  const failing = await stack.run("up", program());
  expect(failing.exitCode).not.toBe(0);
  expect(failing.text).toContain("unexpected state 'failed', wanted target 'available'");
  const gone = await stack.run("destroy", program());
  expect(gone.exitCode, gone.text).toBe(0);
  expect(aws.admin.images()).toEqual([]);
  expect(aws.admin.snapshots({ region: far })).toEqual([]);
});
