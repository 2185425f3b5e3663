import { createHash } from "node:crypto";
import { link, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Artifact, GroupRecord } from "#model/release";
import type { Staging } from "#store/store";
import { buildRecord, commitBuild, makeStore, release, stageBuild, storeBuild, storeGroup } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
const id = release(1);
beforeEach(async () => void (fixture = await makeStore()));
afterEach(() => fixture.remove());

test("a store that is not there is empty, and reading makes nothing", async () => {
  const { store, dir } = fixture;
  expect([await store.images(), await store.versions("debian-12"), await store.taken("debian-12"), await store.holds(), await store.tombstones(), await store.sweep()]).toEqual([[], [], [], [], [], []]);
  expect(await store.record(id, "build")).toBeUndefined();
  expect(await readdir(dir)).toEqual([]);
});

test("a committed build is listed, read and opened", async () => {
  const { store } = fixture;
  expect(await commitBuild(await stageBuild(store, "content"), id)).toBe("stored");
  expect(await store.images()).toEqual(["debian-12"]);
  expect(await store.versions("debian-12")).toEqual([id.version]);
  expect(await store.groups(id)).toEqual(["build"]);
  const record = await store.record(id, "build");
  expect(record?.disk).toMatchObject({ sha256: "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73", bytes: 7 });
  expect(await readFile(await store.open(id, "build", "disk.qcow2"), "utf8")).toBe("content");
  expect(await store.verify(id, { deep: true })).toEqual([]);
});

test("versions are ordered by number, oldest first", async () => {
  for (const serial of [10, 2, 1]) await storeBuild(fixture.store, release(serial));
  expect(await fixture.store.versions("debian-12")).toEqual(["2026.1101.1", "2026.1101.2", "2026.1101.10"]);
});

test("published files are read-only, and nothing else of the staging directory is kept", async () => {
  const { store, root } = fixture;
  const staging = await stageBuild(store);
  await mkdir(join(staging.dir, "packer", "output"), { recursive: true });
  await writeFile(join(staging.dir, "login-key"), "secret");
  await commitBuild(staging, id);
  const group = join(root, "images", id.image, id.version, "build");
  expect((await readdir(group)).sort()).toEqual(["disk.qcow2", "packer.log", "release.json"]);
  for (const name of await readdir(group)) expect((await lstat(join(group, name))).mode & 0o777, name).toBe(0o444);
  expect(await readdir(join(root, "staging"))).toEqual([]);
});

test("the second commit of a version loses and changes nothing", async () => {
  const { store } = fixture;
  await storeBuild(store, id, "first");
  expect(await commitBuild(await stageBuild(store, "second"), id)).toBe("lost");
  expect(await readFile(await store.open(id, "build", "disk.qcow2"), "utf8")).toBe("first");
});

test("nothing can be seen before the commit, nor after an abandon", async () => {
  const { store, root } = fixture;
  const staging = await stageBuild(store);
  expect([await store.images(), await store.taken("debian-12")]).toEqual([[], []]);
  await staging.abandon();
  await staging.abandon();
  expect(await readdir(join(root, "staging"))).toEqual([]);
});

const spoilt: [string, RegExp, (file: string) => Promise<void>][] = [
  ["missing", /disk.qcow2 is missing/, (file) => rm(file)],
  ["a symbolic link", /is a symbolic link, not a file/, async (file) => (await rm(file), await symlink("/etc/hostname", file))],
  ["a directory", /is a directory, not a file/, async (file) => (await rm(file), await mkdir(file))],
  ["known by another name too", /has other hard links/, (file) => link(file, `${file}.other`)],
];
test.each(spoilt)("an artifact that is %s is refused, and nothing is stored", async (_, message, spoil) => {
  const { store } = fixture;
  const staging = await stageBuild(store);
  await spoil(join(staging.dir, "disk.qcow2"));
  await expect(commitBuild(staging, id)).rejects.toThrow(message);
  expect(await store.taken("debian-12")).toEqual([]);
});

test("an artifact that is not what was expected is refused", async () => {
  const { store } = fixture;
  const staging = await stageBuild(store, "content");
  const commit = (expected: Artifact) => staging.commit(id, "build", [expected], (artifacts) => buildRecord(id, artifacts));
  await expect(commit({ name: "disk.qcow2", bytes: 8, sha256: "0".repeat(64) })).rejects.toThrow(/has 7 bytes, expected 8/);
  await expect(commit({ name: "disk.qcow2", bytes: 7, sha256: "0".repeat(64) })).rejects.toThrow(/has SHA-256 ed7002.*, expected 000/);
  expect(await store.taken("debian-12")).toEqual([]);
});

test("a record that is of another release, or lists other files, is refused", async () => {
  const { store } = fixture;
  const commit = async (record: (artifacts: Artifact[]) => GroupRecord) => (await stageBuild(store)).commit(id, "build", ["disk.qcow2"], record);
  await expect(commit((artifacts) => buildRecord(release(2), artifacts))).rejects.toThrow(/it is the record of debian-12@2026.1101.2/);
  await expect(commit(() => buildRecord(id, []))).rejects.toThrow(/does not list exactly the stored artifacts/);
  await expect(commit((artifacts) => buildRecord(id, artifacts, "not a key"))).rejects.toThrow(/is not a record: .*key/);
});

test("names that would leave the store are refused", async () => {
  const { store } = fixture;
  const staging = await stageBuild(store);
  const commit = (file: string, image = "debian-12", group: "build" | `gates/${string}` = "build") =>
    staging.commit({ ...id, image }, group, [file], (artifacts) => buildRecord({ ...id, image }, artifacts));
  await expect(commit("../owner.json")).rejects.toThrow(/name of an artifact/);
  await expect(commit("release.json")).rejects.toThrow(/the record's own/);
  await expect(commit("disk.qcow2", "../../etc")).rejects.toThrow(/name of an image/);
  await expect(commit("disk.qcow2", "debian-12", "gates/..")).rejects.toThrow(/name in the group gates/);
  await expect(store.record({ image: "debian-12", version: "../1" }, "build")).rejects.toThrow(/a version is <year>/);
});

test("a format is added to a build that passed its gates, without touching it, and to no other", async () => {
  const { store } = fixture;
  const addFormat = async () => {
    const staging = await store.stage("format");
    await writeFile(join(staging.dir, "image.vmdk"), "vmdk");
    return staging.commit(id, "formats/vmdk", ["image.vmdk"], (artifacts) => ({ schemaVersion: 1, ...id, artifacts }));
  };
  await expect(addFormat()).rejects.toThrow(/its release has not been built/);
  await storeBuild(store, id);
  await expect(addFormat()).rejects.toThrow(/its release has passed no gates/);
  await storeGroup(store, id, "failures/0123-1");
  await expect(addFormat()).rejects.toThrow(/its release has passed no gates/);
  await storeGroup(store, id, "gates/0123");
  expect([await addFormat(), await addFormat()]).toEqual(["stored", "lost"]);
  expect(await store.groups(id)).toEqual(["build", "gates/0123", "formats/vmdk", "failures/0123-1"]);
  expect(await readFile(await store.open(id, "formats/vmdk", "image.vmdk"), "utf8")).toBe("vmdk");
  expect(await store.verify(id, { deep: true })).toEqual([]);
});

test("files whose digests are named before the commit are not read again, unless they were touched", async () => {
  const { store } = fixture;
  await storeBuild(store, id);
  const commit = (staging: Staging) => staging.commit(id, "gates/0123", ["evidence.json"], (artifacts) => ({ schemaVersion: 1, ...id, artifacts }));
  const staging = await store.stage("gates");
  const file = join(staging.dir, "evidence.json");
  await writeFile(file, "first");
  const [artifact] = await staging.digest(["evidence.json"]);
  expect(artifact).toEqual({ name: "evidence.json", bytes: 5, sha256: createHash("sha256").update("first").digest("hex") });
  expect((await lstat(file)).mode & 0o777).toBe(0o444);
  await expect(staging.digest(["../owner.json"])).rejects.toThrow(/name of an artifact/);
  await rm(file);
  await writeFile(file, "other");
  expect(await commit(staging)).toBe("stored");
  expect((await store.record(id, "gates/0123"))?.artifacts[0]?.sha256).toBe(createHash("sha256").update("other").digest("hex"));
  expect(await store.verify(id, { deep: true })).toEqual([]);
});

test("a removed version is never given again", async () => {
  const { store } = fixture;
  await storeBuild(store, id);
  await store.remove(id, "no longer wanted");
  await expect(commitBuild(await stageBuild(store), id)).rejects.toThrow(/was removed on .*: no longer wanted; its version is never given again/);
});
