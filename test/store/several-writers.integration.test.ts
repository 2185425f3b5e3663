import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeStore, outputOf, release, startChild, storeBuild } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => void (fixture = await makeStore()));
afterEach(() => fixture.remove());

test("of eight processes that store one version, exactly one does and the others find its release", { timeout: 60_000 }, async () => {
  const { store, root, cacheDir } = fixture;
  const startAt = String(Date.now() + 2500);
  const children = Array.from({ length: 8 }, (_, n) => outputOf(startChild("commit-once", [root, cacheDir, `content ${n}`, startAt])));
  const outcomes = (await Promise.all(children)).map(({ stdout }) => stdout);
  expect(outcomes.toSorted()).toEqual([...Array<string>(7).fill("lost"), "stored"]);
  const content = await readFile(await store.open(release(1), "build", "disk.qcow2"), "utf8");
  expect(content).toBe(`content ${outcomes.indexOf("stored")}`);
  expect(await store.verify(release(1), { deep: true })).toEqual([]);
  expect(await store.sweep()).toEqual([]);
});

test("a hold and a removal at the same time: one of them wins, never both", { timeout: 60_000 }, async () => {
  const { store, root, cacheDir } = fixture;
  const rounds = 25;
  for (let serial = 1; serial <= rounds; serial++) await storeBuild(store, release(serial));
  const startAt = String(Date.now() + 2000);
  const start = (verb: string, stack: string) => outputOf(startChild("hold-or-remove", [root, cacheDir, verb, stack, startAt, String(rounds), "60"]));
  const results = await Promise.all([start("hold", "a"), start("hold", "b"), start("remove", "-"), start("remove", "-")]);
  const [a, b, ...removers] = results.map(({ stdout }) => JSON.parse(stdout) as boolean[]);
  const versions = await store.versions("debian-12");
  for (let round = 1; round <= rounds; round++) {
    const held = [a, b].map((outcomes) => outcomes?.[round - 1]);
    const removed = removers.some((outcomes) => outcomes[round - 1]);
    const present = versions.includes(release(round).version);
    expect({ round, removed, present }).toEqual({ round, removed: !held.includes(true), present: held.includes(true) });
    expect((await store.holds()).filter(({ version }) => version === release(round).version)).toHaveLength(held.filter(Boolean).length);
  }
  for (const version of versions) expect(await store.verify({ image: "debian-12", version }, { deep: true })).toEqual([]);
  expect(await readdir(join(root, "staging"))).toEqual([]);
});
