import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { chmod, rm, utimes } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { ReleaseId } from "#model/release";
import type { SnapshotInputs } from "#providers/ebs-snapshot/inputs";
import { journalFile } from "#providers/ebs-snapshot/journal";
import { uploadSnapshot } from "#providers/ebs-snapshot/upload";
import { diskOf, Fixture } from "./fixture.ts";

let fixture: Fixture;
let serial = 0;

beforeAll(async () => {
  fixture = await Fixture.start();
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterAll(async () => {
  vi.restoreAllMocks();
  await fixture?.stop();
});
beforeEach(() => fixture.aws.forget());
afterEach(async () => {
  fixture.aws.heal();
  for (const { id } of fixture.aws.admin.snapshots()) fixture.aws.admin.deleteSnapshot(id);
});

function next(): ReleaseId {
  return { image: "tiny", version: `2026.1101.${++serial}` };
}

function puts(): number {
  return fixture.aws.calls({ action: "PutSnapshotBlock" }).length;
}

async function upload(inputs: SnapshotInputs): Promise<string> {
  return uploadSnapshot(await fixture.job(inputs));
}

/** Blocks of data, and two of zeros. */
const seeds = [1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 11, 12];

test("a disk is sent without its zeros, tagged, whole, and read back; a second run takes what is there", async () => {
  const disk = Buffer.concat([diskOf(seeds), Buffer.alloc(1000, 7)]);
  const inputs = await fixture.release(next(), disk);
  const id = await upload(inputs);
  expect(puts()).toBe(13);
  expect(fixture.aws.admin.content(id).subarray(0, disk.length)).toEqual(disk);
  expect(fixture.aws.admin.tags(id)).toEqual(inputs.tags);
  fixture.aws.forget();
  expect(await upload(inputs)).toBe(id);
  expect(puts()).toBe(0);
  expect(fixture.aws.calls({ action: "StartSnapshot" })).toHaveLength(0);
});

test("of the next release only what changed is sent, and what became zeros as zeros", async () => {
  const first = await fixture.release(next(), diskOf(seeds));
  await upload(first);
  fixture.aws.forget();
  const disk = diskOf([1, 0, 2, 0, 4, 5, 6, 7, 8, 99, 10, 50, 11, 12, 13]);
  const id = await upload(await fixture.release(next(), disk));
  expect(puts()).toBe(4);
  expect(fixture.aws.admin.content(id)).toEqual(disk);
});

test("a release with another key is no parent", async () => {
  const first = await fixture.release(next(), diskOf(seeds));
  await upload(first);
  const key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555";
  fixture.aws.forget();
  const id = await upload(await fixture.release(next(), diskOf(seeds), { kmsKey: key }));
  expect(puts()).toBe(12);
  expect(fixture.aws.admin.snapshots().find((one) => one.id === id)).toMatchObject({ encrypted: true, kmsKeyId: key });
});

test("a key is named by its alias, too", async () => {
  const kms = new KMSClient({ endpoint: fixture.aws.endpoint, region: fixture.aws.region, credentials: { accessKeyId: "AKIAIMAGEFLEETTEST00", secretAccessKey: "secret" } });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName: "alias/images", TargetKeyId: KeyMetadata!.KeyId }));
  const id = await upload(await fixture.release(next(), diskOf(seeds), { kmsKey: "alias/images" }));
  expect(fixture.aws.admin.snapshots().find((one) => one.id === id)).toMatchObject({ encrypted: true, kmsKeyId: KeyMetadata!.Arn });
  await expect(upload(await fixture.release(next(), diskOf(seeds), { kmsKey: "alias/nobodys" }))).rejects.toThrow(/kms:DescribeKey|alias\/nobodys/);
});

test("throttling, trouble, dropped connections, silence and wrong checksums cost attempts, not the upload", async () => {
  const { aws } = fixture;
  const put = { action: "PutSnapshotBlock" };
  aws.fault({ ...put, times: 10 }, { kind: "throttle" });
  aws.fault({ ...put, skip: 12, times: 2 }, { kind: "drop-at-half" });
  aws.fault({ ...put, skip: 15 }, { kind: "silence" });
  aws.fault({ ...put, skip: 16, times: 2 }, { kind: "wrong-checksum" });
  aws.fault({ ...put, skip: 19, times: 2 }, { kind: "refuse", code: "InternalServerException", status: 503 });
  const disk = diskOf(seeds);
  const id = await upload(await fixture.release(next(), disk));
  expect(aws.admin.content(id)).toEqual(disk);
  expect(puts()).toBe(12 + 10 + 2 + 1 + 2 + 2);
});

test("Retry-After is honoured", async () => {
  fixture.aws.fault({ action: "PutSnapshotBlock" }, { kind: "throttle", retryAfter: 2 });
  const started = performance.now();
  await upload(await fixture.release(next(), diskOf([1])));
  expect(performance.now() - started).toBeGreaterThan(2_000);
});

test("credentials that end on the way are renewed", async () => {
  fixture.aws.fault({ action: "PutSnapshotBlock", skip: 5, times: 3 }, { kind: "expired-token" });
  const disk = diskOf(seeds);
  expect(fixture.aws.admin.content(await upload(await fixture.release(next(), disk)))).toEqual(disk);
});

test("lost answers to each kind of request make no second snapshot", async () => {
  for (const action of ["StartSnapshot", "PutSnapshotBlock", "CompleteSnapshot"]) fixture.aws.fault({ action }, { kind: "lost-reply" });
  const disk = diskOf(seeds);
  const id = await upload(await fixture.release(next(), disk));
  expect(fixture.aws.admin.snapshots().map((one) => one.id)).toEqual([id]);
  expect(fixture.aws.admin.content(id)).toEqual(disk);
});

test("a snapshot that some servers do not know yet is waited for", async () => {
  fixture.aws.fault({ action: "PutSnapshotBlock", forMs: 2_000 }, { kind: "absent" });
  fixture.aws.fault({ action: "ListSnapshotBlocks", forMs: 1_000 }, { kind: "absent" });
  fixture.aws.fault({ action: "DescribeSnapshots", skip: 1, forMs: 2_000 }, { kind: "absent" });
  const disk = diskOf(seeds);
  expect(fixture.aws.admin.content(await upload(await fixture.release(next(), disk)))).toEqual(disk);
});

test("a denied access is tried once, names the permission, and leaves nothing", async () => {
  const inputs = await fixture.release(next(), diskOf(seeds));
  fixture.aws.deny("ebs:PutSnapshotBlock");
  await expect(upload(inputs)).rejects.toThrow(/cannot send tiny@2026\.1101\.\d+ as raw to aws-main \(site aws-main, region eu-central-1\): ebs:PutSnapshotBlock failed: AccessDeniedException: .*\n {2}what to do: allow ebs:PutSnapshotBlock to the credentials in use, then npm run up/);
  expect(puts()).toBeLessThanOrEqual(4);
  expect(fixture.aws.admin.snapshots()).toEqual([]);
});

test("a service that stays out of reach ends it, and the next run goes on where it ended", async () => {
  const disk = diskOf(Array.from({ length: 60 }, (_, index) => index + 1));
  const inputs = await fixture.release(next(), disk);
  fixture.aws.fault({ action: "PutSnapshotBlock", skip: 54, times: 1_000 }, { kind: "refuse", code: "InternalServerException", status: 500 });
  await expect(upload(inputs)).rejects.toThrow(/ebs:PutSnapshotBlock failed after 10 attempts: InternalServerException: .*\n.*npm run up goes on where this ended/);
  fixture.aws.heal();
  fixture.aws.forget();
  const id = await upload(inputs);
  expect(puts()).toBe(6);
  expect(fixture.aws.admin.snapshots()).toHaveLength(1);
  expect(fixture.aws.admin.content(id)).toEqual(disk);
});

test("without its journal an unfinished snapshot is deleted, and all is sent again", async () => {
  const inputs = await fixture.release(next(), diskOf(seeds));
  fixture.aws.fault({ action: "CompleteSnapshot", times: 1_000 }, { kind: "refuse", code: "InternalServerException", status: 500 });
  await expect(upload(inputs)).rejects.toThrow("ebs:CompleteSnapshot failed");
  fixture.aws.heal();
  await rm(journalFile(inputs));
  const [before] = fixture.aws.admin.snapshots();
  const id = await upload(inputs);
  expect(fixture.aws.admin.snapshots().map((one) => one.id)).toEqual([id]);
  expect(id).not.toBe(before!.id);
});

test("a snapshot that was deleted in the middle is begun anew", async () => {
  const inputs = await fixture.release(next(), diskOf(seeds));
  fixture.aws.hook({ action: "PutSnapshotBlock", skip: 8 }, "before", () => fixture.aws.admin.snapshots().forEach(({ id }) => fixture.aws.admin.deleteSnapshot(id)));
  const id = await upload(inputs);
  expect(fixture.aws.admin.content(id)).toEqual(diskOf(seeds));
});

test("a block that was kept otherwise than it was sent is found; the snapshot is deleted and made once more, then given up", async () => {
  const inputs = await fixture.release(next(), diskOf(seeds));
  fixture.aws.fault({ action: "PutSnapshotBlock", skip: 3 }, { kind: "corrupt" });
  const id = await upload(inputs);
  expect(fixture.aws.admin.snapshots().map((one) => one.id)).toEqual([id]);
  expect(fixture.aws.admin.content(id)).toEqual(diskOf(seeds));
  fixture.aws.fault({ action: "PutSnapshotBlock", times: 1_000 }, { kind: "corrupt" });
  const other = await fixture.release(next(), diskOf([70, 71]));
  fixture.aws.admin.deleteSnapshot(id);
  await expect(upload(other)).rejects.toThrow(/does not hold what was sent, for the second time: block 0 reads back as something else; it was deleted/);
  expect(fixture.aws.admin.snapshots()).toEqual([]);
});

test("a file that is written to while it is sent makes no snapshot", async () => {
  const job = await fixture.job(await fixture.release(next(), diskOf(seeds)));
  fixture.aws.hook({ action: "PutSnapshotBlock", skip: 5 }, "before", async () => {
    await chmod(job.path, 0o644);
    await utimes(job.path, 0, 0);
  });
  await expect(uploadSnapshot(job)).rejects.toThrow("the file was written to while it was sent");
  expect(fixture.aws.admin.snapshots()).toEqual([]);
});
