import { once } from "node:events";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { releaseName } from "#model/release";
import { gc, type GcLine } from "#store/gc";
import { makeStore, outputOf, release, startChild, storeBuild, storePassing } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => void (fixture = await makeStore()));
afterEach(() => fixture.remove());

const kills = 12;
const releases = 16;
const key = "ab".repeat(32);
const serials = Array.from({ length: releases }, (_, index) => index + 1);

/** Fills the store. @returns what must stay: of each image two, what is held, and what such is layered on */
async function fill(): Promise<string[]> {
  const { store } = fixture;
  for (const serial of serials) await storePassing(store, release(serial));
  for (const serial of serials.slice(0, 8)) await storePassing(store, release(serial, "web"), { parent: { ...release(serial), key } });
  for (const held of [release(10), release(3, "web")]) await store.hold({ project: "shop", stack: "prod", ...held });
  return [...[3, 7, 8, 10, 15, 16].map((serial) => releaseName(release(serial))), ...[3, 7, 8].map((serial) => releaseName(release(serial, "web")))];
}

async function present(): Promise<string[]> {
  const { store } = fixture;
  const names = await Promise.all((await store.images()).map(async (image) => (await store.versions(image)).map((version) => releaseName({ image, version }))));
  return names.flat();
}

async function expectWhole(): Promise<void> {
  const { store } = fixture;
  const there = await present();
  for (const name of there) {
    const [image = "", version = ""] = name.split("@");
    expect(await store.verify({ image, version }), name).toEqual([]);
    const parent = (await store.record({ image, version }, "build"))?.parent;
    if (parent) expect(there).toContain(releaseName(parent));
  }
}

test("killed at any moment it leaves whole what it leaves, each with what it is layered on, and ends where one that nobody killed ends", { timeout: 120_000 }, async () => {
  const { store, root, cacheDir } = fixture;
  const needed = await fill();
  for (let n = 0; n <= kills; n++) {
    const child = startChild("collect", [root, cacheDir]);
    const exit = once(child, "exit");
    await once(child.stdout!, "data");
    if (n < kills) {
      await sleep(20 + Math.random() * 250);
      child.kill("SIGKILL");
    }
    await exit;
    expect(await present()).toEqual(expect.arrayContaining(needed));
    await expectWhole();
  }
  expect((await present()).sort()).toEqual(needed.sort());
  await store.sweep();
  // A process killed before it could say that a directory is its own leaves nothing in it but, at most, that unfinished word.
  for (const name of await readdir(join(root, "staging"))) await utimes(join(root, "staging", name), new Date(0), new Date(0));
  await store.sweep();
  expect([await readdir(join(root, "staging")), (await readdir(join(root, "images", "debian-12"))).length]).toEqual([[], 6]);
});

test("two at once do the same as one, and neither counts what the other has removed", { timeout: 120_000 }, async () => {
  const { root, cacheDir } = fixture;
  const needed = await fill();
  const outputs = await Promise.all([1, 2].map(() => outputOf(startChild("collect", [root, cacheDir]))));
  expect(outputs.map(({ code }) => code)).toEqual([0, 0]);
  expect((await present()).sort()).toEqual(needed.sort());
  const lines = outputs.flatMap(({ stdout }) => stdout.split("\n").slice(1)).map((line) => JSON.parse(line) as GcLine).filter(({ bytes, kind }) => kind === "release" && bytes > 0);
  expect(lines.map(({ what }) => what).sort()).toEqual([...new Set(lines.map(({ what }) => what))].sort());
  expect(lines).toHaveLength(24 - needed.length);
  await expectWhole();
});

test("beside builds of layers and holds, whoever came first has it: none is left without what it is made from", { timeout: 120_000 }, async () => {
  const { store, root, cacheDir } = fixture;
  for (const serial of serials) await storeBuild(store, release(serial), `disk ${serial}`);
  const collector = startChild("collect", [root, cacheDir, "again"]);
  const startAt = String(Date.now() + 500);
  const builders = ["layer-on", "hold-or-remove"].map((name) => startChild(name, name === "layer-on" ? [root, cacheDir, String(releases)] : [root, cacheDir, "hold", "prod", startAt, String(releases), "40"]));
  const [layered = [], held = []] = (await Promise.all(builders.map(outputOf))).map(({ stdout }) => JSON.parse(stdout) as boolean[]);
  collector.kill("SIGKILL");
  await once(collector, "exit");
  await store.sweep();
  const there = await present();
  for (const serial of serials) {
    const [child, parent] = [there.includes(releaseName(release(serial, "web"))), there.includes(releaseName(release(serial)))];
    expect({ serial, child, parent: parent || !child }).toEqual({ serial, child, parent: true });
    if (held[serial - 1]) expect({ serial, parent }).toEqual({ serial, parent: true });
  }
  expect(layered).toContain(true);
  expect(await store.tombstones()).not.toEqual([]);
  await expectWhole();
  const left: GcLine[] = [];
  for await (const line of gc(store, { retain: 1, keepFor: 14, now: new Date("2026-12-02T12:00:00Z"), dryRun: true })) left.push(line);
  for (const name of left.filter(({ goes, kind }) => !goes && kind === "release")) expect(there).toContain(name.what);
});
