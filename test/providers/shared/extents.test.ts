import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataExtents } from "#providers/shared/extents";

const mib = 2 ** 20;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "imagefleet-extents-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("data is found where it was written, in a file of 30 GiB that is holes otherwise; a header of another format means nothing", async () => {
  const path = join(dir, "disk.raw");
  const file = await open(path, "w");
  await file.truncate(30 * 1024 * mib);
  await file.write(Buffer.from("QFI\xfb", "latin1"), 0, 4, 0);
  await file.write(Buffer.alloc(2 * mib, 1), 0, 2 * mib, 7 * mib);
  await file.write(Buffer.alloc(1, 1), 0, 1, 30 * 1024 * mib - 1);
  await file.sync();
  await file.close();
  const extents = await dataExtents(path);
  const covers = (start: number, end: number) => extents.some(({ offset, length }) => offset <= start && offset + length >= end);
  expect([covers(0, 4), covers(7 * mib, 9 * mib), covers(30 * 1024 * mib - 1, 30 * 1024 * mib)]).toEqual([true, true, true]);
  expect(extents.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(4 * mib);
});

test("an empty file has no data", async () => {
  await (await open(join(dir, "empty"), "w")).close();
  expect(await dataExtents(join(dir, "empty"))).toEqual([]);
});
