import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lineChart } from "../../bench/line-chart.ts";
import { uploadContest } from "../../bench/uploads/contest.ts";
import { Quota } from "../../bench/uploads/quota.ts";
import { blockBytes, runs, uploadDisk, type UploadDisk } from "../../bench/uploads/upload-disk.ts";

const mib = 2 ** 20;
const context = { runs: 1, log: () => {} };
const cache = process.env["XDG_CACHE_HOME"];
let dir: string;
let disk: UploadDisk;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-uploads-"));
  process.env["XDG_CACHE_HOME"] = dir;
  disk = await uploadDisk("test", 1, 20);
});

afterAll(async () => {
  if (cache === undefined) delete process.env["XDG_CACHE_HOME"];
  else process.env["XDG_CACHE_HOME"] = cache;
  await rm(dir, { recursive: true, force: true });
});

test("a quota lets so many a second pass, a tenth of them at once", () => {
  const quota = new Quota(1_000, 0);
  const passed = (now: number) => Array.from({ length: 500 }, () => quota.take(now)).filter(Boolean).length;
  expect([passed(0), passed(50), passed(5_000)]).toEqual([100, 50, 100]);
});

test("the data of a disk lies within it, in ascending runs of whole pages that add up", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 256 }), (data, holes) => {
    const room = (data + holes) * mib;
    let [end, sum] = [0, 0];
    for (const { start, length } of runs(room, data * mib)) {
      expect(start % 4096).toBe(0);
      expect(start).toBeGreaterThanOrEqual(end);
      [end, sum] = [start + length, sum + length];
    }
    expect(sum).toBe(data * mib);
    expect(end).toBeLessThanOrEqual(room);
  }));
});

test("EBS: each block that is not zeros is sent once by all, and none besides", async () => {
  const contestants = { ours: "./ours/ebs.ts", theirs: "./baselines/ebs.ts", floor: "./floors/ebs.ts" };
  const uploads = await uploadContest("ebs", disk, Object.fromEntries(Object.entries(contestants).map(([name, uploader]) => [name, { uploader, latencyMs: 0, more: { blocks: disk.blocks } }])), context);
  for (const [upload] of Object.values(uploads)) {
    expect(upload!.counts.dataBytes).toBe(disk.blocks.length * blockBytes);
    expect(upload!.counts.requests).toMatchObject({ StartSnapshot: 1, PutSnapshotBlock: disk.blocks.length, CompleteSnapshot: 1 });
  }
}, 60_000);

test("EBS: what is over the quota is refused and sent again, and each answer takes its time", async () => {
  const { theirs } = await uploadContest("ebs", disk, { theirs: { uploader: "./baselines/ebs.ts", latencyMs: 100, options: { quota: 100 } } }, context);
  const { counts: { requests, dataBytes }, seconds } = theirs[0]!;
  expect(requests["throttled"]).toBeGreaterThan(0);
  expect(dataBytes).toBe(disk.blocks.length * blockBytes);
  expect(seconds).toBeGreaterThan(0.3);
}, 60_000);

test("Azure: we send the data and no zeros, the usual tool every 4 MiB that touches data", async () => {
  const { ours, theirs } = await uploadContest("page-blob", disk, { ours: { uploader: "./ours/page-blob.ts", latencyMs: 0, more: { md5: "0".repeat(32) } }, theirs: { uploader: "./baselines/page-blob.ts", latencyMs: 0 } }, context);
  expect(ours[0]!.counts.dataBytes / disk.dataBytes).toBeLessThan(1.02);
  expect(ours[0]!.counts.dataBytes).toBeGreaterThanOrEqual(disk.dataBytes);
  expect(theirs[0]!.counts.dataBytes % (4 * mib)).toBe(0);
}, 60_000);

test("Google Cloud: all of an archive arrives", async () => {
  const archive = { path: disk.path, virtualBytes: 40 * mib };
  const { ours, theirs } = await uploadContest("object", archive, { ours: { uploader: "./ours/object.ts", latencyMs: 0 }, theirs: { uploader: "./baselines/object.ts", latencyMs: 0 } }, context);
  expect([ours[0]!.counts.dataBytes, theirs[0]!.counts.dataBytes]).toEqual([40 * mib, 40 * mib]);
}, 60_000);

test("an uploader that fails is no figure", async () => {
  await expect(uploadContest("ebs", { path: join(dir, "none"), virtualBytes: mib }, { theirs: { uploader: "./baselines/ebs.ts", latencyMs: 0 } }, context)).rejects.toThrow(/ENOENT/);
}, 60_000);

test("labels at the ends of lines do not lie upon one another", () => {
  const line = (label: string, y: number) => ({ label, color: "#000000", points: [{ x: 0, y: 1 }, { x: 100, y }] });
  const svg = lineChart([line("one", 20), line("two", 20.1), line("three", 3)], { title: "title", x: "x", y: "y" });
  const heights = [...svg.matchAll(/y="([\d.]+)" fill="#000000">/g)].map(([, y]) => Number(y));
  expect(heights).toHaveLength(3);
  expect(heights[1]! - heights[0]!).toBeGreaterThanOrEqual(14);
});
