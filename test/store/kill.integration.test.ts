import { once } from "node:events";
import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeStore, startChild } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";

let fixture: Fixture;
beforeEach(async () => void (fixture = await makeStore()));
afterEach(() => fixture.remove());

const kills = 24;

test("a kill at any moment leaves each release whole or absent, and the sweep leaves nothing behind", { timeout: 180_000 }, async () => {
  const { store, root, cacheDir } = fixture;
  let taken = 0;
  for (let n = 0; n < kills; n++) {
    const child = startChild("churn", [root, cacheDir]);
    await once(child.stdout!, "data");
    await sleep(Math.random() * 120);
    child.kill("SIGKILL");
    await once(child, "exit");

    const visible = await store.versions("debian-12");
    const buried = (await store.tombstones("debian-12")).map(({ version }) => version);
    for (const version of visible.slice(-5)) expect(await store.verify({ image: "debian-12", version }, { deep: true }), version).toEqual([]);
    expect(visible.filter((version) => buried.includes(version))).toEqual([]);
    const all = await store.taken("debian-12");
    expect(all).toEqual(all.map((_, index) => `2026.1101.${index + 1}`));
    expect(all.length).toBeGreaterThan(taken);
    taken = all.length;
    if (n % 3 === 0) await expectSwept(visible, buried);
  }

  async function expectSwept(visible: string[], buried: string[]): Promise<void> {
    await store.sweep();
    // A maker killed before it could say that a directory is its own leaves nothing in it but, at most, that unfinished word.
    for (const name of await readdir(join(root, "staging"))) {
      expect((await readdir(join(root, "staging", name))).filter((file) => !file.startsWith("owner.json") && !file.startsWith("."))).toEqual([]);
      await utimes(join(root, "staging", name), new Date(0), new Date(0));
    }
    await store.sweep();
    expect(await readdir(join(root, "staging"))).toEqual([]);
    const left = await readdir(join(root, "images", "debian-12"));
    expect(left.filter((version) => buried.includes(version))).toEqual([]);
    expect(await store.versions("debian-12")).toEqual(visible);
  }
});
