import { chmod, lstat, open, readdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StoreError } from "#store/errors";
import { VerifiedCache } from "#store/verified-cache";
import { nextVersion } from "#model/version";
import { makeStore, release, storeBuild, storeGroup } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
let group: string;
let disk: string;
const id = release(1);
beforeEach(async () => {
  fixture = await makeStore();
  await storeBuild(fixture.store, id, Buffer.alloc(2_000_000, 1));
  group = join(fixture.root, "images", id.image, id.version, "build");
  disk = join(group, "disk.qcow2");
});
afterEach(() => fixture.remove());

async function flipBit(path: string): Promise<void> {
  await chmod(path, 0o644);
  const handle = await open(path, "r+");
  await handle.write(Buffer.from([0]), 0, 1, 1_234_567);
  await handle.close();
}

const damages: [string, string, () => Promise<void>][] = [
  ["a flipped bit", "altered", () => flipBit(disk)],
  ["a truncated file", "truncated", () => truncate(disk, 1_000_000)],
  ["a longer file", "altered", () => writeFile(disk, "more", { flag: "a" })],
  ["a deleted file", "missing", () => rm(disk)],
  ["a symbolic link to the same bytes", "altered", async () => (await rename(disk, `${disk}.moved`), await symlink(`${disk}.moved`, disk))],
];
test.each(damages)("%s is found, never opened, set aside and built again under a new version", async (_, problem, damage) => {
  const { store } = fixture;
  await damage();
  const fault = { ...id, group: "build", file: "disk.qcow2", problem };
  expect(await store.verify(id)).toEqual([expect.objectContaining(fault)]);
  const error = await store.open(id, "build", "disk.qcow2").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).faults).toEqual([expect.objectContaining(fault)]);
  await store.quarantine(id, "damaged");
  const version = nextVersion("2026-11-01", await store.taken("debian-12"));
  expect(version).toBe("2026.1101.2");
  await storeBuild(store, { ...id, version });
  expect(await store.versions("debian-12")).toEqual([version]);
});

test("a bit that rots without a trace in the file's dates is found by a deep verification", async () => {
  const { store, cacheDir } = fixture;
  const sha256 = (await store.record(id, "build"))?.disk.sha256 ?? "";
  await flipBit(disk);
  const { size, mtimeNs, ctimeNs, ino } = await lstat(disk, { bigint: true });
  await new VerifiedCache(cacheDir).remember(disk, { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` }, sha256);
  expect(await store.verify(id)).toEqual([]);
  expect(await store.verify(id, { deep: true })).toEqual([expect.objectContaining({ problem: "altered", expected: `SHA-256 ${sha256}` })]);
  expect(await store.verify(id)).toHaveLength(1);
});

const records: [string, string][] = [
  ["no JSON", "{"],
  ["no record", "{}"],
  ["another release's", JSON.stringify({ schemaVersion: 1, ...release(2), artifacts: [] })],
  ["one with a path in it", JSON.stringify({ schemaVersion: 1, ...id, artifacts: [{ name: "../../x", sha256: "0".repeat(64), bytes: 1 }] })],
];
test.each(records)("a record that is %s is a fault, not a release", async (_, text) => {
  const { store } = fixture;
  const path = join(group, "release.json");
  await rm(path);
  await writeFile(path, text);
  await expect(store.record(id, "build")).rejects.toThrow(/cannot read the record of debian-12@2026.1101.1/);
  expect(await store.verify(id)).toEqual([expect.objectContaining({ file: "release.json", problem: "unreadable record" })]);
});

test("a release that has lost its record keeps its version, and can be set aside", async () => {
  const { store } = fixture;
  await rm(join(group, "release.json"));
  expect([await store.versions("debian-12"), await store.taken("debian-12")]).toEqual([[], [id.version]]);
  expect(await store.verify(id)).toEqual([expect.objectContaining({ file: "release.json", problem: "missing" })]);
  await expect(storeBuild(store, id)).rejects.toThrow(/without its record/);
  await store.quarantine(id, "lost its record");
  expect(await store.taken("debian-12")).toEqual([id.version]);
});

test("a damaged format is set aside alone, and can be stored again", async () => {
  const { store, root } = fixture;
  await storeGroup(store, id, "gates/0123");
  await storeGroup(store, id, "formats/ova");
  await rm(join(root, "images", id.image, id.version, "formats", "ova", "file"));
  expect(await store.verify(id)).toEqual([expect.objectContaining({ group: "formats/ova", file: "file", problem: "missing" })]);
  await store.quarantineGroup(id, "formats/ova");
  await store.quarantineGroup(id, "formats/ova");
  expect(await store.groups(id)).toEqual(["build", "gates/0123"]);
  expect(await readdir(join(root, "quarantine"))).toEqual([`${id.image}@${id.version}-formats-ova-1`]);
  expect(await store.tombstones()).toEqual([]);
  await storeGroup(store, id, "formats/ova");
  expect(await store.verify(id)).toEqual([]);
  await expect(store.quarantineGroup(id, "build")).rejects.toThrow(/without it there is no release/);
});
