import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nextVersion } from "#model/version";
import { makeStore, release, storeBuild } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
const id = release(1);
const hold = { project: "imagefleet", stack: "dev", ...id };
beforeEach(async () => {
  fixture = await makeStore();
  await storeBuild(fixture.store, id);
});
afterEach(() => fixture.remove());

test("a held release is not removed, and the message names who holds it", async () => {
  const { store } = fixture;
  await store.hold(hold);
  await store.hold(hold);
  await store.hold({ ...hold, stack: "prod" });
  expect(await store.holds("debian-12")).toHaveLength(2);
  await expect(store.remove(id, "x")).rejects.toThrow(/held by the stacks imagefleet\/dev, imagefleet\/prod\n {2}what to do: /);
  expect(await store.verify(id, { deep: true })).toEqual([]);
  await store.release(hold);
  await store.release({ ...hold, stack: "prod" });
  await store.release(hold);
  await store.remove(id, "x");
  expect(await store.versions("debian-12")).toEqual([]);
});

test("a removed release leaves a tombstone and nothing else", async () => {
  const { store, root } = fixture;
  const record = await store.record(id, "build");
  await store.remove(id, "superseded");
  await store.remove(id, "again");
  expect(await store.tombstones("debian-12")).toEqual([expect.objectContaining({ ...id, reason: "superseded", key: record?.key, sha256: record?.disk.sha256 })]);
  expect([await store.images(), await store.record(id, "build"), await store.groups(id)]).toEqual([[], undefined, []]);
  expect(await readdir(join(root, "images", "debian-12"))).toEqual([]);
  expect(await readdir(join(root, "staging"))).toEqual([]);
  expect(nextVersion("2026-11-01", await store.taken("debian-12"))).toBe("2026.1101.2");
});

test("what is not there, or is gone, can be neither held nor removed", async () => {
  const { store } = fixture;
  await expect(store.hold({ ...hold, ...release(7) })).rejects.toThrow(/the store has no such release/);
  await expect(store.remove(release(7), "x")).rejects.toThrow(/the store has no such release/);
  await expect(store.quarantine(release(7), "x")).rejects.toThrow(/the store has no such release/);
  await store.remove(id, "superseded");
  await expect(store.hold(hold)).rejects.toThrow(/was removed on .*: superseded/);
  expect(await store.holds()).toEqual([]);
});

test("a damaged release is set aside as it is, held or not", async () => {
  const { store, root } = fixture;
  await store.hold(hold);
  await store.quarantine(id, "bit flip");
  await store.quarantine(id, "again");
  expect((await readdir(join(root, "quarantine", "debian-12@2026.1101.1-1", "build"))).sort()).toEqual(["disk.qcow2", "packer.log", "release.json"]);
  expect(await store.tombstones()).toEqual([expect.objectContaining({ ...id, reason: "bit flip", quarantined: true })]);
  expect([await store.versions("debian-12"), await store.taken("debian-12")]).toEqual([[], [id.version]]);
  await store.release(hold);
});

test("a removal that was killed behind its tombstone is over for readers, and the sweep finishes it", async () => {
  const { store, root } = fixture;
  await storeBuild(store, release(2));
  const tombstone = (serial: number) => join(root, "tombstones", `debian-12@2026.1101.${serial}.json`);
  await store.remove(await stored(3), "makes the directory");
  await writeFile(tombstone(1), JSON.stringify({ schemaVersion: 1, ...id, reason: "killed", removedAt: "2026-11-02T10:00:00Z" }));
  await writeFile(tombstone(2), JSON.stringify({ schemaVersion: 1, ...release(2), reason: "killed", removedAt: "2026-11-02T10:00:00Z", quarantined: true }));
  expect([await store.versions("debian-12"), await store.record(id, "build")]).toEqual([[], undefined]);
  await expect(store.open(id, "build", "disk.qcow2")).rejects.toThrow(/the store has no such group/);
  expect(await store.sweep()).toHaveLength(2);
  expect(await readdir(join(root, "images", "debian-12"))).toEqual([]);
  expect(await readdir(join(root, "quarantine"))).toEqual(["debian-12@2026.1101.2-1"]);
});

test("a tombstone that cannot be read still takes its version", async () => {
  const { store, root } = fixture;
  await store.remove(id, "x");
  await writeFile(join(root, "tombstones", "debian-12@2026.1101.4.json"), "{");
  expect(await store.taken("debian-12")).toEqual(["2026.1101.1", "2026.1101.4"]);
});

async function stored(serial: number): Promise<ReturnType<typeof release>> {
  await storeBuild(fixture.store, release(serial));
  return release(serial);
}
