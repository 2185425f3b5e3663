import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { FormatRecord } from "#model/release";
import { createKeyFile } from "#providers/seal/create-key-file";
import { installStandInPlugins } from "../plugins/install.ts";
import { startAws, type Aws } from "../servers/aws/start-aws.ts";
import { registerAmi } from "../providers/ami-check/registered-ami.ts";
import { keyOf, storeRealRelease } from "../store/real-release.ts";
import { Project } from "./project.ts";

/** Four regions and two other accounts, the real engine, a strict AWS: steps of one story, in this order. */
const first = { image: "tiny", version: "2026.1101.1" };
const second = { image: "tiny", version: "2026.1101.2" };
const [target, closed] = ["222222222222", "333333333333"] as const;
const main = "eu-central-1";
const copies = ["eu-west-1", "us-east-1", "ap-south-1"];
const regions = [main, ...copies];

let dir: string;
let aws: Aws;
let project: Project;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-aws-test-"));
  const key = join(dir, "signing-key.asc");
  await createKeyFile(key);
  vi.stubEnv("IMAGEFLEET_SIGNING_KEY_FILE", key);
  aws = await startAws({ log: () => {} });
  for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  project = await Project.create(fleet());
  Object.assign(project.env, { IMAGEFLEET_SIGNING_KEY_FILE: key, ...aws.env });
  await installStandInPlugins(project.env["PULUMI_HOME"]!, ["aws"]);
  await storeRealRelease(project.store, first, ["raw"]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([aws?.stop(), project?.remove()]);
  await rm(dir, { recursive: true, force: true });
});

/** Images come from the store alone. */
function fleet(site: Record<string, unknown> = {}, image: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    build: "never",
    images: { tiny: { os: "tiny/tiny-x86_64", epoch: "2026-11-01", sites: ["cloud"], ...image } },
    sites: { cloud: { kind: "aws", region: main, copyTo: copies, account: aws.account, shareWith: [{ account: target, role: aws.role(target) }, closed], tags: { team: "images" }, deprecateAfter: 3650, ...site } },
  };
}

/** The AMI of a release in each region. */
function amis({ image, version } = first) {
  return Object.fromEntries(regions.map((region) => [region, aws.admin.images({ region, account: aws.account }).find(({ name }) => name === `${image}-${version}`)!]));
}

function idsOf(images: ReturnType<typeof amis>): string[] {
  return Object.values(images).flatMap(({ id, mappings }) => [id, ...mappings.flatMap(({ ebs }) => ebs?.snapshotId ?? [])]);
}

function rootOf({ mappings }: ReturnType<typeof amis>[string]): string {
  return mappings[0]!.ebs!.snapshotId!;
}

async function tagsOf(id: typeof first, latest: boolean): Promise<Record<string, string>> {
  const { artifact } = (await project.store.record<FormatRecord>(id, "formats/raw"))!;
  return {
    "Name": `tiny-${id.version}`, "team": "images", "imagefleet:image": "tiny", "imagefleet:version": id.version, "imagefleet:key": keyOf(id), "imagefleet:sha256": artifact.sha256,
    "imagefleet:stack": "imagefleet/test", ...(latest && { "imagefleet:channel": "latest" }),
  };
}

/** The same tags on every AMI and snapshot, in every region and in the account whose role we have. */
async function requireTags(id: typeof first, latest: boolean): Promise<void> {
  const tags = await tagsOf(id, latest);
  for (const [region, ami] of Object.entries(amis(id))) {
    expect(aws.admin.tags(ami.id), region).toEqual(tags);
    expect(aws.admin.tags(rootOf(ami)), region).toEqual(tags);
    expect(aws.admin.tags(ami.id, target), region).toEqual(tags);
    expect(aws.admin.tags(ami.id, closed), region).toEqual({});
  }
}

async function up(): Promise<string> {
  const { exitCode, text } = await project.up();
  expect(exitCode, text).toBe(0);
  return text;
}

async function drift(): Promise<{ exitCode: number | undefined; text: string }> {
  const { exitCode, all } = await project.run("drift");
  return { exitCode, text: String(all) };
}

test("a name that something else has taken stops the run before anything is made, and is told with the command to look at it", async () => {
  const foreign = await registerAmi(aws, "cloud", []);
  aws.forget();
  const { exitCode, text } = await project.up();
  expect(exitCode, text).not.toBe(0);
  expect(text).toContain(`in ${main} the name tiny-${first.version} is taken by the AMI ${foreign.imageId}; it is of another build`);
  expect(text).toContain(`aws ec2 describe-images --region ${main} --image-ids ${foreign.imageId}`);
  expect(aws.calls().filter(({ action, status }) => status === 200 && /^(StartSnapshot|RegisterImage|CopyImage)$/.test(action))).toEqual([]);
  aws.admin.deregister(foreign.imageId);
  aws.admin.deleteSnapshot(foreign.snapshotId!);
});

test("one up sends the disk once and registers it in four regions, the same in each, for both accounts", async () => {
  const text = await up();
  expect(text).toContain(closed);
  for (const [region, ami] of Object.entries(amis())) {
    expect(ami, region).toMatchObject({ state: "available", architecture: "x86_64", bootMode: "legacy-bios", enaSupport: true, imdsSupport: "v2.0", rootDeviceName: "/dev/xvda", virtualizationType: "hvm" });
    expect(ami.permissions, region).toEqual(expect.arrayContaining([{ userId: target }, { userId: closed }]));
    expect(ami.permissions, region).toHaveLength(2);
    expect(ami.deprecationTime, region).toMatch(/^2036-10-29T00:00/);
    expect(ami.mappings, region).toMatchObject([{ deviceName: "/dev/xvda", ebs: { volumeType: "gp3", deleteOnTermination: true } }]);
    if (region !== main) expect(ami.source, region).toEqual({ image: amis()[main]!.id, region: main });
  }
  await requireTags(first, true);
  const disk = await readFile(await project.store.open(first, "formats/raw", `tiny-${first.version}.raw`));
  const sent = aws.admin.content(rootOf(amis()[main]!));
  expect(disk.subarray(0, sent.length).equals(sent)).toBe(true);
  expect(disk.subarray(sent.length).every((byte) => byte === 0)).toBe(true);
});

test("a second up changes nothing, nothing has drifted, and the state holds no secret and no path of this machine", async () => {
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
  aws.forget();
  expect(await up()).not.toMatch(/\b[1-9]\d* (created|updated|deleted|replaced)/);
  expect(aws.calls().filter(({ action }) => !/^(Describe|Get|List|AssumeRole|Simulate)/.test(action)).map(({ action }) => action)).toEqual([]);
  const state = (await project.pulumi("stack", "export")).text;
  for (const secret of [aws.env["AWS_SECRET_ACCESS_KEY"]!, project.dir, `${process.env["HOME"]!}/`]) expect(state).not.toContain(secret);
});

test("a state that was lost is found again in every region: nothing is sent, registered or copied a second time", async () => {
  const before = idsOf(amis());
  await rm(project.path("state"), { recursive: true });
  await mkdir(project.path("state"));
  aws.forget();
  await up();
  expect(idsOf(amis())).toEqual(before);
  expect(aws.admin.images({ account: aws.account })).toHaveLength(regions.length);
  expect(aws.calls().filter(({ action, status }) => status === 200 && /^(PutSnapshotBlock|RegisterImage|CopyImage)$/.test(action))).toEqual([]);
  const preview = await project.pulumi("preview", "--refresh", "--expect-no-changes");
  expect(preview.exitCode, preview.text).toBe(0);
});

test("what somebody changed or removed is named by a drift run, and put right by the next up", async () => {
  const now = amis();
  aws.admin.makePublic(now["eu-west-1"]!.id);
  aws.admin.share(now["us-east-1"]!.id, [target]);
  aws.admin.setTag(rootOf(now["ap-south-1"]!), "team", "others");
  aws.admin.removeTag(now["ap-south-1"]!.id, "team", target);
  aws.admin.deregister(now[main]!.id);
  aws.admin.deleteSnapshot(rootOf(now[main]!));
  const { exitCode, text } = await drift();
  expect(exitCode, text).toBe(3);
  expect(text).toMatch(/^cloud\/tiny@\S+\/raw: missing$/m);
  expect(text).toMatch(/^cloud\/tiny@\S+\/raw\/snapshot: missing$/m);
  expect(text).toMatch(/^cloud\/eu-west-1\/tiny@\S+\/raw\/check: incorrect: .*it is public/m);
  expect(text).toMatch(/^cloud\/us-east-1\/tiny@\S+: (missing|incorrect)/m);
  expect(text).toMatch(/^cloud\/ap-south-1\/tiny@\S+\/check: incorrect: .*snap-\w+ has other values of team; in the account 222222222222, .*lacks the tag team/m);
  await up();
  const after = amis();
  expect(after[main]!.id).not.toBe(now[main]!.id);
  for (const region of copies) expect(after[region]!.id, region).toBe(now[region]!.id);
  for (const region of regions) expect(after[region]!.permissions, region).toHaveLength(2);
  await requireTags(first, true);
  expect((await drift()).exitCode).toBe(0);
});

test("a newer release is registered beside the older one, which is the latest no more, in no region", async () => {
  await storeRealRelease(project.store, second, ["raw"]);
  await up();
  await requireTags(second, true);
  await requireTags(first, false);
});

test("a release that leaves the plan leaves every region, with its snapshots", async () => {
  await project.configure(fleet({}, { retain: 0 }));
  await up();
  expect(aws.admin.images({ account: aws.account }).map(({ name }) => name)).toEqual(regions.map(() => `tiny-${second.version}`));
  expect(aws.admin.snapshots({ account: aws.account })).toHaveLength(regions.length);
});

test("destroy removes all of it", async () => {
  const down = await project.pulumi("destroy", "--yes");
  expect(down.exitCode, down.text).toBe(0);
  expect(aws.admin.images({ account: aws.account })).toEqual([]);
  expect(aws.admin.snapshots({ account: aws.account })).toEqual([]);
});
